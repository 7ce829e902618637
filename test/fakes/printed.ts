/** Results as they are printed, for tests. */
import {errorResult} from '../../src/domain/results/error.js'
import type {FindResult} from '../../src/domain/results/find.js'
import type {ScanResult} from '../../src/domain/results/machine.js'
import type {Result} from '../../src/domain/results/result.js'
import type {RunResult} from '../../src/domain/results/run.js'
import {render} from '../../src/report/render.js'
import type {ReportStyle} from '../../src/report/shared/style.js'
import type {Printed} from '../../src/report/shared/view.js'
import {styleOf} from '../golden/report/samples.js'

export interface PrintedTwice extends Printed {
  /** What --json prints of the same result. */
  readonly json: unknown
}

export function printed(result: Result, style: ReportStyle = styleOf()): PrintedTwice {
  return {
    ...render(result, style),
    get json() {
      return JSON.parse(render(result, {...style, format: 'json'}).stdout)
    },
  }
}

interface Styled {
  readonly style: ReportStyle
}

type Facts<R, Given extends keyof R = never> = Omit<R, 'kind' | Given> & Partial<Pick<R, Given>> & Styled

export function printedRun({style, ...facts}: Facts<RunResult, 'collisions' | 'chosen'>): PrintedTwice {
  return printed({kind: 'run', collisions: [], chosen: [], ...facts}, style)
}

export function printedFind({style, ...facts}: Facts<FindResult>): PrintedTwice {
  return printed({kind: 'find', ...facts}, style)
}

export function printedScan({style, ...facts}: Facts<ScanResult, 'hidden' | 'notAsked' | 'names'>): PrintedTwice {
  return printed({kind: 'scan', hidden: {}, notAsked: [], names: {}, ...facts}, style)
}

export function printedError(caught: unknown, style: ReportStyle): PrintedTwice {
  return printed(errorResult(caught), style)
}
