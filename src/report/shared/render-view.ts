/** A result as what is printed, by its view. */
import type {Tagged} from '../../domain/results/shown.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {shortenWords} from '../../lib/shorten.js'
import {bodyVersion} from './body.js'
import type {ReportStyle} from './style.js'
import type {Printed, View} from './view.js'

/** Lines of stderr are escaped here and endless words in them shortened. */
export function renderView<R extends Tagged>(view: View<R>, result: R, given: ReportStyle): Printed {
  const style = {...given, format: given.format === 'json' ? given.format : (result.format ?? given.format)}
  return {
    stdout: answerOf(view, result, style),
    stderr: view
      .notes(result, style)
      .filter((line) => line !== undefined)
      .map((line) => `${escapeControls(shortenWords(line))}\n`)
      .join(''),
    exitCode: view.exit(result),
    acted: view.acted?.(result) ?? false,
  }
}

function answerOf<R>(view: View<R>, result: R, style: ReportStyle): string {
  switch (style.format) {
    case 'text':
      return view.text(result, style)
    case 'terse':
      return view.terse(result, style)
    case 'json':
      return `${jsonText(bodyOf(view, result))}\n`
  }
}

/** As it is printed. */
export function bodyOf<R>(view: View<R>, result: R): unknown {
  const {command, ...facts} = view.body(result)
  return {schemaVersion: view.schemaVersion ?? bodyVersion, command, exitCode: view.exit(result), ...facts}
}

/**
 * JSON that a terminal survives. JSON.stringify escapes C0 controls and lone surrogates only; DEL, C1 and the
 * bidirectional controls are written as \u escapes too, which every parser reads as the same string.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[\x7f-\x9f\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
