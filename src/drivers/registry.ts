/** Every session type, by hand; test/contract/drivers.test.ts compares this list with the folder. */
import type {Driver} from '../domain/ports/ports.js'
import {qemu} from './qemu/index.js'

export const drivers: ReadonlyMap<string, Driver> = new Map([[qemu.type, qemu]])
