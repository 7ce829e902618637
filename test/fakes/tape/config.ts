import type {ConfigReader} from '../../../src/domain/ports/ports.js'

/** `#@#LABEL = "..."` and `#@#UUID = "..."`; the image of a tape is LABEL.img beside its configuration. */
export const readTape: ConfigReader = (content, path) => {
  const text = content.toString('utf8')
  const value = (key: string) => new RegExp(`^#@#${key} = "([^"\n]*)"$`, 'm').exec(text)?.[1] ?? ''
  const label = value('LABEL')
  if (label === '') return {rejects: [{path, line: 0, reason: 'a tape without a label'}], ignored: false}
  const images = [path.replace(/[^/]*$/, `${label}.img`)]
  const machine = {type: 'TAPE', label, id: path, uuid: value('UUID').replaceAll('-', ''), images, interfaces: [{}]}
  return {machine, rejects: [], ignored: false}
}
