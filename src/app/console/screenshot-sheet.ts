import type {Outcome} from '../../domain/work/outcome.js'
import {contactSheet, type SheetCell} from '../../lib/contact-sheet.js'
import {plural} from '../../lib/plural.js'
import {decodePng, encodePng} from '../../lib/png.js'

/** One picture of all, each with its name, host and state, and why some are missing; as PNG. */
export async function sheetOf(outcomes: readonly Outcome[], now: Date): Promise<Buffer> {
  const cells = outcomes.flatMap((outcome): readonly SheetCell[] => {
    const {host} = outcome
    if (outcome.status !== 'ok') {
      const text = 'error' in outcome ? outcome.error.code : 'not asked'
      return [{title: `${outcome.machine ?? ''} ${host}`.trim(), text}]
    }
    if (outcome.data.kind !== 'screenshot') return []
    const {pictures, notShown} = outcome.data
    return [
      ...pictures.map(({label, pid, state, png}) => ({
        title: `${label || `pid:${pid}`}  ${host}  ${state}`,
        picture: decodePng(Buffer.from(png, 'base64')),
      })),
      ...notShown.map(({machine, error}) => ({title: `${machine}  ${host}`, text: error.code})),
    ]
  })
  const time = `${now.toISOString().slice(0, 19).replace('T', ' ')} UTC`
  return encodePng(contactSheet(`${time}  ${plural(cells.length, 'machine')}`, cells))
}
