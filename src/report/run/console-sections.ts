/** MONITOR, KEYS, SCREENSHOT, CONSOLE and SCREEN: what QEMU said, what was sent, the pictures, and how it ended. */
import type {ConsoleEnd, ScreenPicture, SeenMachine} from '../../domain/work/console-answers.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {plural} from '../../lib/plural.js'
import {decodePng} from '../../lib/png.js'
import {errorText} from '../shared/failures.js'
import {jsonText} from '../shared/json-text.js'
import type {Answers, SectionOutcome, VerbView} from '../shared/section.js'
import type {ReportStyle} from '../shared/style.js'
import {halfBlocks} from './half-blocks.js'

/** The answer alone: it is what was asked for, and may be read by a program. */
export const monitorView: VerbView<'monitor'> = {
  text: (answers) => answers.map(({data: {reply}}) => `${replyText(reply)}\n`).join(''),
  terse: (answers) => answers.map(({data: {reply}}) => `${replyText(reply)}\n`).join(''),
  notes: () => [],
}

function replyText(reply: unknown): string {
  if (typeof reply !== 'string') return jsonText(reply)
  return reply
    .trimEnd()
    .split('\n')
    .map((line) => escapeControls(line))
    .join('\n')
}

export const keysView: VerbView<'keys'> = {
  text: (answers) => keysLines(answers),
  terse: (answers) => keysLines(answers),
  notes: () => [],
}

function keysLines(answers: Answers<'keys'>): string {
  const line = ({host, data}: SectionOutcome<'keys'>) =>
    `${host} ${nameOf(data)} ${plural(data.strokes, 'stroke')} sent`
  return answers.map((answer) => `${escapeControls(line(answer))}\n`).join('')
}

/** One line a machine; on a terminal with the picture below it unless it was written to a file. */
export const screenshotView: VerbView<'screenshot'> = {
  text: (answers, style) =>
    answers
      .flatMap(({host, data}) => data.pictures.map((picture) => pictureText(host, picture) + shown(picture, style)))
      .join(''),
  terse: (answers) =>
    answers.flatMap(({host, data}) => data.pictures.map((picture) => pictureText(host, picture))).join(''),
  notes: (answers) =>
    answers.flatMap(({host, data: {pictures, notShown}}) => [
      ...(pictures.length + notShown.length === 0 ? [`${host}: no machine runs there`] : []),
      ...notShown.flatMap(({machine, error}) => {
        const [head = '', ...rest] = errorText(error)
        return [`${host} ${machine}: ${head}`, ...rest]
      }),
    ]),
}

function pictureText(host: string, picture: ScreenPicture): string {
  const {state, width, height, file} = picture
  const words = [host, nameOf(picture), state, `${width}x${height}`, ...(file === undefined ? [] : [file])]
  return `${escapeControls(words.join(' '))}\n`
}

/** In the terminal itself, where it is nowhere else. */
export function shown(
  {png, file}: Pick<ScreenPicture, 'png' | 'file'>,
  {width, color}: Pick<ReportStyle, 'width' | 'color'>,
): string {
  if (file !== undefined || png === '' || width === undefined || !color) return ''
  return halfBlocks(decodePng(Buffer.from(png, 'base64')), width)
}

const consoleEnds: Readonly<Record<ConsoleEnd, string>> = {
  detached: 'detached; it runs on',
  closed: 'its console was closed',
  matched: 'said what was expected',
  taken: 'its console was taken over',
}

const coupledEnd = 'it has ended with its console'

/** Standard output was the console's. */
export const consoleView: VerbView<'console'> = {
  text: () => '',
  terse: () => '',
  notes: (answers) =>
    answers.map(
      ({host, data}) =>
        `${host} ${nameOf(data)}: ${data.coupled ? coupledEnd : consoleEnds[data.ended]}${data.by ? ` by ${data.by}` : ''}`,
    ),
}

export const forwardView: VerbView<'forward'> = {
  text: () => '',
  terse: () => '',
  notes: (answers) =>
    answers.map(({host, data}) => `${host} ${nameOf(data)}: its port ${data.port} was left; it runs on`),
}

export const screenView: VerbView<'screen'> = {
  text: () => '',
  terse: () => '',
  notes: (answers) =>
    answers.map(({host, data}) => {
      const by = data.takenBy ? ` by ${data.takenBy}` : ''
      return `${host} ${nameOf(data)}: its screen was ${data.takenBy === undefined ? 'left' : `taken over${by}`}; it runs on`
    }),
}

function nameOf({label, id, pid}: SeenMachine): string {
  return label || id || `pid:${pid}`
}
