import {errorResult} from '../../domain/results/error.js'
import {errorView} from './error-view.js'
import {renderView} from './render-view.js'
import type {ReportStyle} from './style.js'
import type {Printed} from './view.js'

/** Anything caught, as it is told. */
export function renderError(caught: unknown, style: ReportStyle): Printed {
  return renderView(errorView, errorResult(caught), style)
}
