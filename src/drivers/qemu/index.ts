/** The session type QEMU: QEMU and KVM machines of the classic layout (docs/adding-a-driver.md). */
import type {Driver} from '../../domain/ports/ports.js'
import {neighbours} from '../host/neighbours/neighbours.js'
import {probe} from '../host/probe/probe.js'
import {enumerate} from '../host/scan/enumerate.js'
import {cancel} from './cancel/cancel.js'
import {create} from './create/create.js'
import {list} from './list/list.js'

export const qemu: Driver = {type: 'QEMU', actions: {probe, enumerate, create, list, cancel, neighbours}}
