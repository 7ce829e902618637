import type {Shown} from './shown.js'

export interface ShownVariable {
  readonly name: string
  readonly value: string
  /** Where the value comes from. */
  readonly from: string
  readonly about: string
}

/** The variables of ctys-createConfVM. */
export interface ConfVariablesResult extends Shown {
  readonly kind: 'conf-variables'
  readonly variables: readonly ShownVariable[]
  /** The file of defaults that they were written to. */
  readonly written?: string
}
