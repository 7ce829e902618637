/** The session type QEMU: QEMU and KVM machines of the classic layout (docs/adding-a-driver.md). */
import type {Driver} from '../../domain/ports/ports.js'
import {adopt} from './adopt/adopt.js'
import {adoptable} from './adopt/adoptable.js'
import {alter} from './alter/alter.js'
import {cancel} from './cancel/cancel.js'
import {configure} from './configure/configure.js'
import {console} from './console/console.js'
import {forward} from './console/forward.js'
import {keys} from './console/keys.js'
import {media} from './console/media.js'
import {monitor} from './console/monitor.js'
import {screen} from './console/screen.js'
import {screenshot} from './console/screenshot.js'
import {create} from './create/create.js'
import {list} from './list/list.js'
import {make} from './make/make.js'

export const qemu: Driver = {
  type: 'QEMU',
  verbs: {
    ...{create, list, cancel, make, alter, configure, adopt, adoptable},
    ...{console, monitor, forward, keys, media, screen, screenshot},
  },
}
