/**
 * Everything ctys does on a host, one entry a verb. What else has to be known of a verb is derived from this table: the
 * limit of a task, whether a lost link leaves its result unknown, whether the inventory is asked for a machine, and
 * whether a call changed anything.
 */

import type {AdoptAsk, AdoptableAsk, AdoptableData, AdoptData} from './adopt.js'
import type {AlterAsk, AlterData} from './alter.js'
import type {CancelData, CreateData, EnumerateData, ListData, NeighboursData, ProbeData} from './answers.js'
import type {CancelAsk, CreateAsk, EnumerateAsk, ListAsk, NoAsk} from './asks.js'
import {mostSteps, stepMs} from './boot-step.js'
import type {ConfigureAsk, ConfigureData} from './configure.js'
import type {
  ConsoleData,
  ForwardData,
  KeysData,
  MediaData,
  MonitorData,
  ScreenData,
  ScreenshotData,
} from './console-answers.js'
import type {ConsoleAsk, ForwardAsk, KeysAsk, MediaAsk, MonitorAsk, ScreenAsk, ScreenshotAsk} from './console-asks.js'
import type {ImageAsk, ImageData} from './image.js'
import type {MakeAsk, MakeData} from './make.js'
import type {
  NetAsk,
  NetDownData,
  NetPlanAsk,
  NetPlanData,
  NetStatusAsk,
  NetStatusData,
  NetSwitchAsk,
  NetSwitchData,
  NetUpAsk,
  NetUpData,
} from './net.js'
import type {NetJoinAsk, NetJoinData} from './net-join.js'
import type {
  NetConfirmAsk,
  NetConfirmData,
  NetMoveAsk,
  NetMoveData,
  NetPendingData,
  NetUndoAsk,
  NetUndoData,
} from './net-move.js'
import type {NetApplyAsk, NetApplyData, NetDiffData} from './net-segment.js'
import type {NetUnderlayAsk, NetUnderlayData} from './net-underlay.js'
import type {OwnedAsk, OwnedData} from './owned.js'

/** What each verb is asked and what it answers. */
export interface Verbs {
  create: {effect: 'changes'; ask: CreateAsk; answer: CreateData}
  cancel: {effect: 'changes'; ask: CancelAsk; answer: CancelData}
  make: {effect: 'changes'; ask: MakeAsk; answer: MakeData}
  image: {effect: 'changes'; ask: ImageAsk; answer: ImageData}
  configure: {effect: 'changes'; ask: ConfigureAsk; answer: ConfigureData}
  alter: {effect: 'changes'; ask: AlterAsk; answer: AlterData}
  adoptable: {effect: 'reads'; ask: AdoptableAsk; answer: AdoptableData}
  adopt: {effect: 'changes'; ask: AdoptAsk; answer: AdoptData}
  list: {effect: 'reads'; ask: ListAsk; answer: ListData}
  enumerate: {effect: 'reads'; ask: EnumerateAsk; answer: EnumerateData}
  probe: {effect: 'reads'; ask: NoAsk; answer: ProbeData}
  owned: {effect: 'changes'; ask: OwnedAsk; answer: OwnedData}
  neighbours: {effect: 'reads'; ask: NoAsk; answer: NeighboursData}
  monitor: {effect: 'changes'; ask: MonitorAsk; answer: MonitorData}
  console: {effect: 'changes'; ask: ConsoleAsk; answer: ConsoleData}
  keys: {effect: 'changes'; ask: KeysAsk; answer: KeysData}
  media: {effect: 'changes'; ask: MediaAsk; answer: MediaData}
  forward: {effect: 'changes'; ask: ForwardAsk; answer: ForwardData}
  screen: {effect: 'changes'; ask: ScreenAsk; answer: ScreenData}
  screenshot: {effect: 'reads'; ask: ScreenshotAsk; answer: ScreenshotData}
  'net-up': {effect: 'changes'; ask: NetUpAsk; answer: NetUpData}
  'net-down': {effect: 'changes'; ask: NetAsk; answer: NetDownData}
  'net-plan': {effect: 'reads'; ask: NetPlanAsk; answer: NetPlanData}
  'net-status': {effect: 'reads'; ask: NetStatusAsk; answer: NetStatusData}
  'net-switch': {effect: 'reads'; ask: NetSwitchAsk; answer: NetSwitchData}
  'net-diff': {effect: 'reads'; ask: NetApplyAsk; answer: NetDiffData}
  'net-apply': {effect: 'changes'; ask: NetApplyAsk; answer: NetApplyData}
  'net-join': {effect: 'changes'; ask: NetJoinAsk; answer: NetJoinData}
  'net-underlay': {effect: 'reads'; ask: NetUnderlayAsk; answer: NetUnderlayData}
  'net-move': {effect: 'changes'; ask: NetMoveAsk; answer: NetMoveData}
  'net-undo': {effect: 'changes'; ask: NetUndoAsk; answer: NetUndoData}
  'net-confirm': {effect: 'changes'; ask: NetConfirmAsk; answer: NetConfirmData}
  'net-pending': {effect: 'reads'; ask: NoAsk; answer: NetPendingData}
}

export type Verb = keyof Verbs
export type Ask<V extends Verb> = Verbs[V]['ask']
export type Answer<V extends Verb = Verb> = Verbs[V]['answer']

/** Verbs that leave their host as it is: they may be asked of anyone at any time. */
export type ReadingVerb = {[V in Verb]: Verbs[V]['effect'] extends 'reads' ? V : never}[Verb]
export type ReadingAction = {[V in ReadingVerb]: ActionOf<V>}[ReadingVerb]

/** A verb with what it is asked; a union, so that `switch (action.verb)` narrows `ask`. */
export type ActionOf<V extends Verb> = {readonly verb: V; readonly ask: Ask<V>}
export type Action = {[V in Verb]: ActionOf<V>}[Verb]

export interface VerbSpec<V extends Verb> {
  /** After a lost link or a passed limit the result of what `changes` is unknown. */
  readonly effect: Verbs[V]['effect']
  /** `machine`: the inventory is asked for it. */
  readonly about: 'machine' | 'host'
  /** What the verb itself may take, in milliseconds: holds when every step needs all of its own deadline. */
  limitMs(ask: Ask<V>): number
  /** It goes on until its user ends it. */
  readonly lasts?: true
  /** How much of what was asked an answer tells; without it every answer tells all. */
  degree?(answer: Answer<V>): 'all' | 'part' | 'none'
}

/** Of what lasts as long as its user wants: the longest time that a timer takes, less the connection. */
const lastingMs = 24 * 86_400_000

export const verbs: {readonly [V in Verb]: VerbSpec<V>} = {
  create: {
    effect: 'changes',
    about: 'machine',
    limitMs: ({timeoutMs, ready, steps, instMode}) =>
      timeoutMs +
      60_000 +
      (ready === undefined ? 0 : ready.timeoutMs + 15_000) +
      // each step has a limit of its own
      (steps !== undefined ? mostSteps * steps.timeoutMs : instMode !== undefined ? mostSteps * stepMs : 0),
    degree: ({notDone}) => (notDone === undefined ? 'all' : 'part'),
  },
  cancel: {effect: 'changes', about: 'machine', limitMs: ({graceMs}) => graceMs + 120_000},
  make: {
    effect: 'changes',
    about: 'host',
    // a copy of a whole image may take an hour
    limitMs: ({machines}) =>
      machines.reduce((sum, {disk}) => sum + (disk.from?.how === 'full' ? 3_660_000 : 60_000), 120_000),
    degree: ({machines, notMade}) => (notMade.length === 0 ? 'all' : machines.length > 0 ? 'part' : 'none'),
  },
  configure: {effect: 'changes', about: 'host', limitMs: () => 3_660_000},
  // what shows no sign of life is ended long before
  image: {effect: 'changes', about: 'host', limitMs: () => 12 * 3_600_000},
  adoptable: {
    effect: 'reads',
    about: 'host',
    limitMs: () => 700_000,
    degree: ({searched, unsearched}) => (unsearched.length === 0 ? 'all' : searched.length > 0 ? 'part' : 'none'),
  },
  adopt: {
    effect: 'changes',
    about: 'host',
    limitMs: ({machines}) => 120_000 + machines.length * 60_000,
    degree: ({machines, notWritten}) => (notWritten.length === 0 ? 'all' : machines.length > 0 ? 'part' : 'none'),
  },
  alter: {effect: 'changes', about: 'machine', limitMs: () => 700_000},
  list: {effect: 'reads', about: 'host', limitMs: () => 60_000},
  enumerate: {
    effect: 'reads',
    about: 'host',
    limitMs: () => 600_000,
    degree: ({searched, unsearched}) => (unsearched.length === 0 ? 'all' : searched.length > 0 ? 'part' : 'none'),
  },
  owned: {effect: 'changes', about: 'host', limitMs: ({waitMs}) => waitMs + 240_000},
  probe: {effect: 'reads', about: 'host', limitMs: () => 60_000},
  neighbours: {effect: 'reads', about: 'host', limitMs: () => 60_000},
  monitor: {effect: 'changes', about: 'machine', limitMs: () => 180_000},
  console: {effect: 'changes', about: 'machine', lasts: true, limitMs: () => lastingMs},
  keys: {effect: 'changes', about: 'machine', limitMs: ({strokes}) => 60_000 + strokes.length * 1_000},
  media: {effect: 'changes', about: 'machine', limitMs: () => 180_000},
  forward: {effect: 'changes', about: 'machine', lasts: true, limitMs: () => lastingMs},
  screen: {effect: 'changes', about: 'machine', lasts: true, limitMs: () => lastingMs},
  screenshot: {
    effect: 'reads',
    about: 'machine',
    limitMs: ({machine, more = []}) => 120_000 + (machine === 'all' ? 600_000 : more.length * 30_000),
    degree: ({pictures, notShown}) => (notShown.length === 0 ? 'all' : pictures.length > 0 ? 'part' : 'none'),
  },
  'net-up': {effect: 'changes', about: 'host', limitMs: () => 300_000},
  'net-down': {effect: 'changes', about: 'host', limitMs: () => 300_000},
  'net-plan': {effect: 'reads', about: 'host', limitMs: () => 90_000},
  'net-status': {effect: 'reads', about: 'host', limitMs: () => 120_000},
  'net-switch': {
    effect: 'reads',
    about: 'host',
    limitMs: () => 60_000,
    degree: ({whole}) => (whole ? 'all' : 'none'),
  },
  'net-diff': {effect: 'reads', about: 'host', limitMs: ({segments}) => 60_000 + segments.length * 60_000},
  'net-apply': {effect: 'changes', about: 'host', limitMs: ({segments}) => 120_000 + segments.length * 300_000},
  'net-join': {effect: 'changes', about: 'host', lasts: true, limitMs: () => lastingMs},
  'net-underlay': {effect: 'reads', about: 'host', limitMs: () => 60_000},
  'net-move': {effect: 'changes', about: 'host', limitMs: ({timerMs}) => timerMs + 180_000},
  'net-undo': {effect: 'changes', about: 'host', limitMs: ({timerMs}) => timerMs + 300_000},
  'net-confirm': {effect: 'changes', about: 'host', limitMs: () => 120_000},
  'net-pending': {effect: 'reads', about: 'host', limitMs: () => 60_000},
}

/** `create` and every other verb that may leave a host changed. */
export function changes(verb: Verb): boolean {
  return verbs[verb].effect === 'changes'
}

/** The limit of an action by its verb. */
export function limitOf<V extends Verb>({verb, ask}: ActionOf<V>): number {
  return verbs[verb].limitMs(ask)
}

/** How much of what was asked an answer tells. */
export function degreeOfAnswer<V extends Verb>(answer: Answer<V> & {readonly kind: V}): 'all' | 'part' | 'none' {
  return verbs[answer.kind].degree?.(answer) ?? 'all'
}
