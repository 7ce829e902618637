/**
 * What a use case hands back: a plain value, told apart by `kind`, with every fact its readers show. A terminal, another
 * program and a page are readers of the same value; src/report makes text, records, JSON and YAML of it.
 */
import type {AdoptResult} from './adopt.js'
import type {ConfVariablesResult} from './conf-variables.js'
import type {ErrorResult} from './error.js'
import type {DatabasesResult, FindResult, GroupsResult} from './find.js'
import type {GuestsResult} from './guests.js'
import type {ImagesResult} from './images.js'
import type {CheckResult, ConvertResult, ExportResult, UpdateResult} from './inventory.js'
import type {ListResult, ScanResult, ShowResult, WhyResult} from './machine.js'
import type {MakeResult} from './make.js'
import type {NetGraphResult, NetTraceResult} from './net.js'
import type {ExtractArpResult, ExtractMacResult, MacmapResult} from './network.js'
import type {PlanResult, RunResult} from './run.js'

export type Result =
  | RunResult
  | PlanResult
  | FindResult
  | DatabasesResult
  | GroupsResult
  | ListResult
  | ConfVariablesResult
  | ImagesResult
  | GuestsResult
  | MakeResult
  | AdoptResult
  | ScanResult
  | ShowResult
  | WhyResult
  | MacmapResult
  | ExtractMacResult
  | ExtractArpResult
  | NetGraphResult
  | NetTraceResult
  | CheckResult
  | ConvertResult
  | ExportResult
  | UpdateResult
  | ErrorResult

export type ResultKind = Result['kind']
export type ResultOf<K extends ResultKind> = Extract<Result, {readonly kind: K}>
