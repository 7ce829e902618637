import {caseFunctions, quote} from './cases.js'
import {type CommandModel, firstWords} from './model.js'

/**
 * The completion script for bash (3.2 and newer). Words of inventory and groups come from `ctys completion --words`, one a
 * line, and are never given to `compgen -W`, which would expand them.
 */
export function bashScript(commands: readonly CommandModel[]): string {
  return `# bash completion for ctys, made by: ctys completion bash
# load it with: source <(ctys completion bash)
${caseFunctions(commands)}
${head}
  first=${quote(firstWords(commands).join(' '))}
${body}`
}

const head = `_ctys() {
  local line=\${COMP_LINE:0:COMP_POINT} cur= cmd= kind= flags= kinds= seconds= first= word= i= start=1 count= position=0
  local -a words list
  COMPREPLY=()
  read -r -a words <<<"$line"
  count=\${#words[@]}
  case $line in
    *[[:blank:]]) ;;
    *) count=$((count - 1)); cur=\${words[count]} ;;
  esac`

const body = `  if [ "$count" -lt 2 ] && [ "\${cur:0:1}" != - ]; then
    _ctys_offer "$first"
    return
  fi
  case \${words[1]-} in
    -*|'') cmd=run ;;
    *) cmd=\${words[1]} start=2 ;;
  esac
  _ctys_second "$cmd"
  if [ -n "$seconds" ]; then
    if [ "$count" -lt 3 ]; then
      _ctys_offer "$seconds"
      return
    fi
    cmd="$cmd \${words[2]}" start=3
  fi
  _ctys_flags "$cmd"
  kind=none
  for ((i = start; i < count; i++)); do
    word=\${words[i]}
    if [ "$kind" != none ]; then
      kind=none
    elif [ "\${word:0:1}" = - ]; then
      _ctys_value "$cmd" "$word"
    else
      position=$((position + 1))
    fi
  done
  if [ "$kind" = none ]; then
    if [ "\${cur:0:1}" = - ]; then
      _ctys_offer "$flags"
      return
    fi
    read -r -a list <<<"$kinds"
    [ "\${#list[@]}" -gt 0 ] || return
    [ "$position" -lt "\${#list[@]}" ] || position=$((\${#list[@]} - 1))
    kind=\${list[position]}
  fi
  case $kind in
    =*)
      kind=\${kind#=}
      _ctys_offer "\${kind//|/ }"
      ;;
    dirs|files)
      # bash quotes what it knows to be file names
      compopt -o filenames 2>/dev/null || :
      _ctys_read < <(compgen -\${kind:0:1} -- "$cur")
      ;;
    labels|hosts|places|groups|fields|query|actions) _ctys_read < <(command ctys completion --words "$kind" "$cur" 2>/dev/null) ;;
  esac
}
# those of the constants that begin with what is typed
_ctys_offer() {
  local -a all
  local one
  read -r -a all <<<"$1"
  for one in "\${all[@]}"; do
    case $one in "$cur"*) COMPREPLY+=("$one") ;; esac
  done
}
# one word a line; readline replaces only what follows the last of = : and @ in the word that is typed
_ctys_read() {
  local one lead= open=
  case $cur in *[=:@]*) lead=\${cur%"\${cur##*[=:@]}"} ;; esac
  case $COMP_WORDBREAKS in *"\${lead: -1}"*) ;; *) lead= ;; esac
  while IFS= read -r one; do
    case $one in *=|*:) open=1 ;; esac
    COMPREPLY+=("\${one#"$lead"}")
  done
  if [ -n "$open" ]; then compopt -o nospace 2>/dev/null || :; fi
}
# ctys-vhost WORD... is completed as ctys vhost WORD...
_ctys_classic() {
  local rest=\${COMP_LINE#*"$1"} cmd=\${1##*ctys-}
  case $cmd in
    extractARPlst) cmd=extract-arp ;;
    extractMAClst) cmd=extract-mac ;;
  esac
  local point=$((COMP_POINT - \${#COMP_LINE} + \${#rest} + 5 + \${#cmd}))
  local COMP_LINE="ctys $cmd$rest" COMP_POINT=$point
  _ctys
}
complete -F _ctys ctys
complete -F _ctys_classic ctys-vhost ctys-vdbgen ctys-macmap ctys-extractARPlst ctys-extractMAClst
`
