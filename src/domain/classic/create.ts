/** What CREATE may be told. */
import {machineTypes} from './session-types.js'
import type {ClassicAction} from './word.js'

const shells = ['CLI', 'X11', 'VNC']

export const create: ClassicAction = {
  name: 'CREATE',
  about: 'start a session, or a machine',
  verb: 'create',
  address: 'machine',
  words: [
    {names: ['REUSE'], about: 'where it runs already, use that'},
    {names: ['CONNECT'], about: 'it must run already'},
    {names: ['RESUME'], value: '[STATEFILE]', about: 'let a paused or suspended one go on'},
    {names: ['RECONNECT'], about: 'as REUSE, other ctys on its console or screen are closed first'},
    {names: ['DISCARD'], about: 'throw its saved state away first', types: ['QEMU']},
    {names: ['TIMEOUT'], value: 'SECONDS', about: 'how long it may take to come up', types: ['QEMU']},
    {names: ['CONSOLE'], value: 'CONSOLE', about: 'how it is seen'},
    {names: ['BOOTMODE'], value: 'MODE[%PATH]', about: 'another boot source', types: machineTypes},
    {
      names: ['INSTMODE'],
      value: '[MODE%SOURCE%TARGETMODE%TARGET%STAGE]',
      about: 'an installation',
      types: ['QEMU'],
    },
    {
      names: ['NET'],
      value: 'AUTO[%SUDO|DOAS]',
      about: 'its network is made first where it is missing, and goes with the last machine on it',
      types: ['QEMU'],
    },
    {names: ['ARGSADD'], value: 'S%ARGUMENTS', about: 'further arguments of the hypervisor', types: ['QEMU']},
    {
      names: ['KERNEL'],
      value: '[IMAGE[,INITRD[,APPEND]]]',
      about: 'boot a kernel directly',
      types: ['QEMU'],
    },
    {
      names: ['USER'],
      value: 'USER[%CREDENTIALS]',
      about: 'account in the guest: nothing signs in there',
      standing: 'ignored',
      secret: true,
    },
    {names: ['PING'], value: '[OFF|ON|COUNT%SLEEP]', about: 'wait until it answers, asked from here'},
    {names: ['SSHPING'], value: '[OFF|ON|COUNT%SLEEP]', about: 'wait for its sshd, asked from here'},
    {
      names: ['STACKCHECK'],
      value: 'CHECKS',
      about: 'checks inside a stack',
      standing: 'missing',
      instead: 'stackcheck:off',
      harmless: ['OFF'],
    },
    {names: ['STUBMODE', 'STUB'], value: '[ON]', about: 'nothing of ctys on the host, as always', standing: 'ignored'},
    {names: ['WAITC'], value: 'SECONDS', about: 'sleep after the client was started'},
    {names: ['WAITS'], value: 'SECONDS', about: 'sleep after the server was started'},
    {
      names: ['CALLOPTS', 'C'],
      value: 'OPTIONS',
      about: 'options of the program',
      standing: 'missing',
      instead: 'argsadd:S%ARGUMENTS, for QEMU',
    },
    {names: ['XOPTS', 'X'], value: 'OPTIONS', about: 'options of its X toolkit', standing: 'missing'},
    {names: ['NOCACHE'], about: 'as -c off', types: machineTypes},
    {names: ['NOPOLL'], about: 'as -c on,only', types: machineTypes},
    {
      names: ['DBREC'],
      value: 'NUMBER',
      about: 'a record of the inventory by its number',
      standing: 'missing',
      instead: 'l:LABEL, p:PATH',
    },
    {names: ['CHDIR', 'CD'], value: 'DIR', about: 'working directory', types: ['CLI', 'X11']},
    {names: ['SHELL', 'S'], value: 'SHELL', about: 'another login shell', types: shells},
    {names: ['CMD'], value: 'COMMAND', about: 'a command in place of the shell', types: shells},
    {names: ['SH'], about: 'options with one hyphen', types: ['X11']},
    {names: ['DH'], about: 'options with two hyphens', types: ['X11']},
    {names: ['TITLEKEY'], value: 'NAME', about: 'the option that sets the title', types: ['X11']},
    {names: ['NOTITLE'], about: 'no title is set', types: ['X11']},
    {names: ['BULK'], value: 'COUNT', about: 'several desktops', types: ['VNC']},
    {names: ['WM'], value: 'MANAGER', about: 'window manager', types: ['VNC']},
    {names: ['VNCDESKIDLIST', 'VDIL'], value: 'ID[%ID...]', about: 'kinds of desktop', types: ['VNC']},
    {names: ['VNCBASE'], value: 'PORT', about: 'first port', types: ['VNC']},
    {names: ['VNCPORT'], value: 'PORT', about: 'the port', types: ['VNC']},
    {names: ['RDPPORT'], value: 'PORT', about: 'the port', types: ['RDP']},
    {names: ['INSECURE'], value: 'HOST', about: 'a last hop without encryption', types: ['RDP']},
    {names: ['WOL'], value: '[DELAY]', about: 'wake the host', types: ['PM']},
    {names: ['BROADCAST'], value: 'ADDRESS', about: 'where the packet goes', types: ['PM']},
    {names: ['PORT'], value: 'PORT', about: 'its port', types: ['PM']},
    {names: ['BMAC'], value: 'MAC', about: 'the MAC address in it', types: ['PM']},
    {names: ['IF'], value: 'INTERFACE', about: 'the interface it leaves by', types: ['PM']},
  ],
}

/** Consoles that are there, by session type; the others of the type are refused by name. */
export const consolesThere: Readonly<Record<string, readonly string[]>> = {
  QEMU: ['NONE', 'VNC', 'SDL', 'CLI', 'CLI0', 'XTERM', 'GTERM', 'EMACS', 'EMACSM', 'EMACSA', 'EMACSAM'],
}

export const bootModes = ['CD', 'DVD', 'FDD', 'HDD', 'VHDD', 'USB', 'PXE', 'ISO', 'KERNEL', 'INSTALL']
