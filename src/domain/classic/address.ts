/** The keys of a machine address. */
import type {Word} from './word.js'

export const addressWords: readonly Word[] = [
  // the documents print l: with a font in which it reads 1:
  {names: ['LABEL', 'L', '1'], value: 'LABEL', about: 'the label'},
  {names: ['ID', 'I'], value: 'ID', about: 'of a machine the absolute path of its configuration, of others a number'},
  {names: ['PATHNAME', 'PNAME', 'P'], value: 'PATH', about: 'the absolute path of its configuration'},
  {names: ['FILENAME', 'FNAME', 'F'], value: 'PART', about: 'any part of that path'},
  {names: ['UUID', 'U'], value: 'UUID', about: 'the UUID, hyphens optional'},
  {names: ['MAC', 'M'], value: 'MAC', about: 'the MAC address of any interface'},
  {names: ['TCP', 'T'], value: 'ADDRESS', about: 'IP address or name of the guest'},
  {names: ['BASEPATH', 'BASE', 'B'], value: 'DIR[%DIR...]', about: 'directories to search'},
  {names: ['PID'], value: 'PID', about: 'a process of the host, for what nothing else tells apart'},
]

export const baseWord = addressWords.filter(({names}) => names[0] === 'BASEPATH')
