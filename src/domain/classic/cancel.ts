/** What CANCEL may be told. */
import type {ClassicAction} from './word.js'

export const cancel: ClassicAction = {
  name: 'CANCEL',
  about: 'stop, pause or suspend',
  verb: 'cancel',
  address: 'machine',
  words: [
    {names: ['ALL'], about: 'every machine of ctys on the host'},
    {names: ['POWEROFF', 'S5'], value: '[SECONDS]', about: 'shut down (without a mode: this)'},
    {names: ['REBOOT'], about: 'ask the guest to start anew'},
    {names: ['RESET'], about: 'the reset of the hypervisor'},
    {names: ['PAUSE', 'S3'], about: 'stop its processors'},
    {names: ['SUSPEND', 'S4'], about: 'save its memory and end'},
    {names: ['RESUME'], about: 'let a paused one go on'},
    {names: ['INIT'], value: '0-6', about: '0: as POWEROFF, 6: as REBOOT, 1-5 are refused'},
    {names: ['FORCE'], about: 'the guest is not asked'},
    {names: ['FOREIGN'], about: 'also one that ctys does not run'},
    {names: ['TIMEOUT'], value: 'SECONDS', about: 'how long the guest may take'},
    {names: ['SERVER'], about: 'the server, as always', standing: 'ignored'},
    {names: ['BOTH'], about: 'client and server', standing: 'ignored'},
    {names: ['CLIENT'], about: 'its clients only', standing: 'missing'},
    {names: ['STACK'], about: 'machines inside it first', standing: 'missing'},
    {names: ['SELF'], about: 'the host too', standing: 'missing', instead: 'ssh root@HOST poweroff, behind it'},
    {
      names: ['USER'],
      value: 'USER[%CREDENTIALS]',
      about: 'account in the guest: nothing signs in there',
      standing: 'ignored',
      secret: true,
    },
    {names: ['WOL'], about: 'arm the network card', types: ['PM']},
    {names: ['IF'], value: 'INTERFACE', about: 'the network card', types: ['PM']},
  ],
}

/** Types of which one CANCEL takes several addresses. */
export const severalCancelled = ['VNC', 'RDP']
