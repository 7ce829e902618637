/** The session type QEMU: QEMU and KVM machines of the classic layout (docs/adding-a-driver.md). */
import type {Driver} from '../../domain/ports.js'
import {cancel} from './cancel.js'
import {create} from './create.js'
import {enumerate} from './enumerate.js'
import {list} from './list.js'
import {neighbours} from './neighbours.js'
import {probe} from './probe.js'

export const qemu: Driver = {type: 'QEMU', actions: {probe, enumerate, create, list, cancel, neighbours}}
