import {caseFunctions, quote} from './cases.js'
import {type CommandModel, firstWords} from './model.js'

/** The completion script for zsh; compadd takes words as they are. */
export function zshScript(commands: readonly CommandModel[]): string {
  return `#compdef ctys
# zsh completion for ctys, made by: ctys completion zsh
# load it with: source <(ctys completion zsh)
${caseFunctions(commands)}
_ctys() {
  local first=${quote(firstWords(commands).join(' '))}
${body}`
}

const body = `  local cmd= kind=none flags= kinds= seconds= word= cur=$words[CURRENT]
  local -i i start=2 position=1
  local -a list found
  if (( CURRENT == 2 )) && [[ $cur != -* ]]; then
    compadd -- \${=first}
    return
  fi
  if [[ -z $words[2] || $words[2] == -* ]]; then cmd=run; else cmd=$words[2] start=3; fi
  _ctys_second $cmd
  if [[ -n $seconds ]]; then
    if (( CURRENT == 3 )); then
      compadd -- \${=seconds}
      return
    fi
    cmd="$cmd $words[3]" start=4
  fi
  _ctys_flags $cmd
  for (( i = start; i < CURRENT; i++ )); do
    word=$words[i]
    if [[ $kind != none ]]; then
      kind=none
    elif [[ $word == -* ]]; then
      _ctys_value $cmd $word
    else
      position=$(( position + 1 ))
    fi
  done
  if [[ $kind == none ]]; then
    if [[ $cur == -* ]]; then
      compadd -- \${=flags}
      return
    fi
    list=(\${=kinds})
    (( $#list > 0 )) || return 1
    (( position <= $#list )) || position=$#list
    kind=$list[position]
  fi
  case $kind in
    '='*) compadd -- \${(s:|:)\${kind#=}} ;;
    dirs) _files -/ ;;
    files) _files ;;
    labels|hosts|places|groups|fields|query|actions)
      found=("\${(@f)$(command ctys completion --words $kind $cur 2>/dev/null)}")
      found=(\${found:#})
      compadd -Q -S '' -- \${(M)found:#*[=:]}
      compadd -Q -- \${found:#*[=:]}
      ;;
  esac
}
if [[ \${funcstack[1]-} == _ctys ]]; then _ctys "$@"; else compdef _ctys ctys; fi
`
