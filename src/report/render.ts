/** Every kind of result has one view; a terminal and programs are its readers. */
import type {Result, ResultKind, ResultOf} from '../domain/results/result.js'
import {adoptView} from './adopt/adopt-view.js'
import {databasesView} from './find/databases-view.js'
import {findView} from './find/find-view.js'
import {groupsView} from './groups/groups-view.js'
import {checkView} from './inventory/check-view.js'
import {convertView} from './inventory/convert-view.js'
import {exportView} from './inventory/export-view.js'
import {updateView} from './inventory/update-view.js'
import {listView} from './list/list-view.js'
import {confVariablesView} from './make/conf-variables-view.js'
import {guestsView} from './make/guests-view.js'
import {imagesView} from './make/images-view.js'
import {makeView} from './make/make-view.js'
import {netGraphView} from './net/graph-view.js'
import {netTraceView} from './net/trace-view.js'
import {extractArpView} from './network/extract-arp-view.js'
import {extractMacView} from './network/extract-mac-view.js'
import {macmapView} from './network/macmap-view.js'
import {planView} from './plan/plan-view.js'
import {runView} from './run/run-view.js'
import {scanView} from './scan/scan-view.js'
import {errorView} from './shared/error-view.js'
import {renderView} from './shared/render-view.js'
import type {ReportStyle} from './shared/style.js'
import type {Printed, View} from './shared/view.js'
import {showView} from './show/show-view.js'
import {whyView} from './why/why-view.js'

const views: {readonly [K in ResultKind]: View<ResultOf<K>>} = {
  run: runView,
  plan: planView,
  find: findView,
  databases: databasesView,
  groups: groupsView,
  list: listView,
  'conf-variables': confVariablesView,
  images: imagesView,
  guests: guestsView,
  make: makeView,
  adopt: adoptView,
  scan: scanView,
  show: showView,
  why: whyView,
  macmap: macmapView,
  'extract-mac': extractMacView,
  'extract-arp': extractArpView,
  'net-graph': netGraphView,
  'net-trace': netTraceView,
  'inventory check': checkView,
  'inventory convert': convertView,
  'inventory export': exportView,
  'inventory update': updateView,
  error: errorView,
}

/** What is printed of a result, and how ctys ends. */
export function render(result: Result, style: ReportStyle): Printed {
  return renderOf(result.kind, result, style)
}

function renderOf<K extends ResultKind>(kind: K, result: ResultOf<K>, style: ReportStyle): Printed {
  return renderView(views[kind], result, style)
}
