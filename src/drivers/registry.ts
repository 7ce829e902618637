/** Every session type, by hand; test/contract/drivers.test.ts compares this list with the folder. */
import type {Registry} from '../domain/ports/ports.js'
import {neighbours} from './host/neighbours/neighbours.js'
import {probe} from './host/probe/probe.js'
import {enumerate} from './host/scan/enumerate.js'
import {qemu} from './qemu/index.js'

export const registry: Registry = {
  drivers: new Map([qemu].map((driver) => [driver.type, driver])),
  host: {probe, neighbours, enumerate},
}
