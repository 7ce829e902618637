/** A result as what is printed, by its view. */
import type {Tagged} from '../../domain/results/shown.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {shortenWords} from '../../lib/shorten.js'
import {bodyVersion} from './body.js'
import {jsonText} from './json-text.js'
import type {Format, ReportStyle} from './style.js'
import type {Printed, View} from './view.js'
import {yamlText} from './yaml-text.js'

/** Lines of stderr are escaped here and endless words in them shortened. */
export function renderView<R extends Tagged>(view: View<R>, result: R, given: ReportStyle): Printed {
  const style = {...given, format: isData(given.format) ? given.format : (result.format ?? given.format)}
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

/** The whole body for a program, whatever layout the words of a call ask for. */
function isData(format: Format): boolean {
  return format === 'json' || format === 'yaml'
}

function answerOf<R>(view: View<R>, result: R, style: ReportStyle): string {
  switch (style.format) {
    case 'text':
      return view.text(result, style)
    case 'terse':
      return view.terse(result, style)
    case 'json':
      return `${jsonText(bodyOf(view, result))}\n`
    case 'yaml':
      return yamlText(bodyOf(view, result))
  }
}

/** As it is printed. */
export function bodyOf<R>(view: View<R>, result: R): unknown {
  const {command, ...facts} = view.body(result)
  return {schemaVersion: view.schemaVersion ?? bodyVersion, command, exitCode: view.exit(result), ...facts}
}
