/**
 * The wrapper of a machine that ctys makes: one POSIX program for all of them, which stands alone on the host beside the
 * configuration of its name and reads its settings there; nothing of them is executed. Its options are the classic ones
 * (docs/machines.md). It becomes QEMU, whose last argument names the boot image.
 */
import {callPart} from './wrapper/call.js'
import {devicesPart, endPart} from './wrapper/devices.js'
import {mediaPart} from './wrapper/media.js'
import {boardPart, qemuReleasePart} from './wrapper/qemu-release.js'
import {settingsPart} from './wrapper/settings.js'
import {socketsPart} from './wrapper/sockets.js'

export const wrapperText = [
  ...[settingsPart, qemuReleasePart, boardPart, mediaPart],
  ...[socketsPart, callPart, devicesPart, endPart],
].join('')
