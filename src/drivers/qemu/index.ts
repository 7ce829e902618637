/** The session type QEMU: QEMU and KVM machines of the classic layout (docs/adding-a-driver.md). */
import type {Driver} from '../../domain/ports/ports.js'
import {loaded} from '../../domain/work/handler.js'

export const qemu: Driver = {
  type: 'QEMU',
  verbs: {
    create: loaded(async () => (await import('./create/create.js')).create),
    list: loaded(async () => (await import('./list/list.js')).list),
    cancel: loaded(async () => (await import('./cancel/cancel.js')).cancel),
    make: loaded(async () => (await import('./make/make.js')).make),
    alter: loaded(async () => (await import('./alter/alter.js')).alter),
    configure: loaded(async () => (await import('./configure/configure.js')).configure),
    adopt: loaded(async () => (await import('./adopt/adopt.js')).adopt),
    adoptable: loaded(async () => (await import('./adopt/adoptable.js')).adoptable),
    console: loaded(async () => (await import('./console/console.js')).console),
    monitor: loaded(async () => (await import('./console/monitor.js')).monitor),
    forward: loaded(async () => (await import('./console/forward.js')).forward),
    keys: loaded(async () => (await import('./console/keys.js')).keys),
    media: loaded(async () => (await import('./console/media.js')).media),
    screen: loaded(async () => (await import('./console/screen.js')).screen),
    owned: loaded(async () => (await import('./owned/owned.js')).owned),
    screenshot: loaded(async () => (await import('./console/screenshot.js')).screenshot),
  },
}
