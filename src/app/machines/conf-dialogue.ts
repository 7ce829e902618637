/** The questions of ctys-createConfVM: each variable is explained, its value offered, the answer checked. */
import {confVariables} from '../../domain/classic/conf-variables.js'
import {UsageError} from '../../domain/errors.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import type {ConfCall} from '../../parse/make/parse-conf-call.js'
import {isLabel, labelText} from '../../parse/make/parse-new.js'
import {parseSettings} from '../../parse/make/parse-settings.js'
import type {ConfValue} from './conf-values.js'

/** With --auto only what is mandatory and was not given is asked. Throws UsageError where nobody can be asked. */
export async function askConf(
  found: readonly ConfValue[],
  {auto, expert}: ConfCall,
  {askText}: Pick<CommandContext, 'askText'>,
): Promise<readonly ConfValue[]> {
  const asked = confVariables.filter(({name, isMandatory}) => {
    if (auto === undefined) return true
    return isMandatory === true && found.find((one) => one.name === name)?.from === 'made for it'
  })
  if (asked.length === 0) return found
  if (askText === undefined) {
    throw new UsageError(
      [
        `nobody can be asked for ${asked
          .map(({name}) => name)
          .slice(0, 5)
          .join(', ')}`,
      ],
      'set them in front of the call, or --auto-all takes what --levo shows',
    )
  }
  const answers = new Map<string, string>()
  for (const {name, key, about} of asked) {
    const offered = found.find((one) => one.name === name)?.value ?? ''
    for (let fault = ''; ; ) {
      const head = fault !== '' ? `${fault}\n` : expert ? '' : `${about}\n`
      const answer = await askText(`${head}${name} [${offered}]`)
      if (answer === undefined) throw new UsageError(['the questions were ended; nothing was written'])
      const value = answer.trim() === '' ? offered : answer.trim()
      fault = faultOf(name, key, value) ?? ''
      if (fault !== '') continue
      answers.set(name, value)
      break
    }
  }
  const values = found.map((one): ConfValue => {
    const value = answers.get(one.name)
    return value === undefined || value === one.value ? one : {...one, value, from: 'answer'}
  })
  const shown = values.filter(({value}) => value !== '').map(({name, value}) => `  ${name} = ${value}`)
  const yes = await askText(`${shown.join('\n')}\nwrite this? (yes/no)`)
  if (!/^y(es)?$/i.test((yes ?? '').trim())) throw new UsageError(['not confirmed; nothing was written'])
  return values
}

function faultOf(name: string, key: string | undefined, value: string): string | undefined {
  if (name === 'LABEL') return isLabel(value) ? undefined : `'${value}' ${labelText}`
  if (key === undefined || key === 'INST_EDITOR' || value === '' || value === ';') return undefined
  const faults: string[] = []
  parseSettings([`${key}=${value}`], faults)
  return faults[0]
}
