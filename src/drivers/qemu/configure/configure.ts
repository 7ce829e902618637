/** CONFIGURE: configuration, start script and image in a directory that is there, as ctys-createConfVM makes them. */
import {ActionError, PreconditionError} from '../../../domain/errors.js'
import {formatTarget} from '../../../domain/target.js'
import type {ConfigureAsk, ConfigureData, ConfiguredFile} from '../../../domain/work/configure.js'
import {handler} from '../../../domain/work/handler.js'
import {pastable} from '../../../lib/shell-quote.js'
import {enumerateBases} from '../../host/scan/enumerate.js'
import {wrapperText} from '../make/wrapper.js'
import {configureScript} from '../remote/configure.js'

export const configure = handler<'configure', undefined>({
  check: async () => undefined,
  async run({ask}, {session, signal}): Promise<ConfigureData> {
    const host = formatTarget(session.target)
    const options = {input: wrapperText, deadlineMs: 3_600_000, signal}
    const {stdout, stderr} = await session.script(configureScript, argumentsOf(ask), options)
    const lines = stdout.toString().split('\n').filter(Boolean)
    const all = (word: string) =>
      lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))
    const [missing] = all('missing')
    if (missing !== undefined) {
      throw new PreconditionError('BASE_MISSING', `${host}: there is no directory ${missing}`, {
        hint: `-C makes it; or mkdir ${pastable(missing)}`,
      })
    }
    const inWay = all('in-way')
    if (inWay.length > 0) {
      throw new PreconditionError('EXISTS', `${host}: ${inWay.join(' and ')} is there already; nothing was written`, {
        hint: '--auto or --auto-all replaces it and keeps a backup',
      })
    }
    if (!lines.includes('done')) {
      const details = stderr.toString().split('\n').filter(Boolean).slice(0, 5)
      const [reason = 'it did not say why'] = details
      throw new ActionError('MAKE_FAILED', `${host}: ${ask.label} was not made whole: ${reason}`, {details})
    }
    const [directory = ''] = all('dir')
    const files = lines.flatMap(toFile)
    const stored = ask.files && !signal.aborted ? (await enumerateBases(session, [directory], {signal})).machines : []
    return {kind: 'configure', label: ask.label, files, stored: stored.filter(({label}) => label === ask.label)}
  },
})

function toFile(line: string): readonly ConfiguredFile[] {
  const [, state = '', path = ''] = /^(written|same|kept) (.*)$/s.exec(line) ?? []
  if (state !== '') return [{path, state: state as 'written' | 'same' | 'kept'}]
  const [, ending = '', replaced] = /^replaced (\S+) (.*)$/s.exec(line) ?? []
  return replaced === undefined ? [] : [{path: replaced, state: 'replaced', backup: `${replaced}.${ending}`}]
}

function argumentsOf({directory, isNew, label, serial, files, replace, image, copies, settings}: ConfigureAsk) {
  const text = [
    '# Settings of a virtual machine; the wrapper beside this file and ctys read them.',
    '#@#MAGICID-QEMU',
    ...settings.map(([key, value]) => `#@#${key} = "${value}"`),
    '',
  ].join('\n')
  const yes = (is: boolean) => (is ? 'yes' : 'no')
  return [
    ...[directory, isNew ? 'new' : 'old', label, serial, yes(files), yes(replace)],
    ...[image?.path ?? '', String(image?.bytes ?? ''), image?.isFull === true ? 'full' : 'sparse', text],
    ...copies,
  ]
}
