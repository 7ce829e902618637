/** What LIST and ENUMERATE may be told; their other words are fields of the record. */
import {vmStates} from '../machine/vm-states.js'
import {baseWord} from './address.js'
import type {ClassicAction, Word} from './word.js'

const layouts: readonly Word[] = [
  {names: ['MACHINE'], about: 'all fields, `;` between them'},
  {names: ['MAXKEY'], about: 'the fields that identify'},
  {names: ['TAB_GEN', 'TAB'], value: 'COLUMNS', about: 'a table: INDEX_HEADING_WIDTH[_L|_B], `%%` between them'},
  {names: ['REC_GEN', 'REC'], value: '[COLUMNS]', about: 'records in braces'},
  {names: ['SPEC_GEN', 'SPEC'], value: '[COLUMNS]', about: 'a field a line'},
  {names: ['XML_GEN', 'XML'], value: '[COLUMNS]', about: 'XML'},
  {names: ['TITLE'], about: 'a first line with names'},
  {names: ['TITLEIDX'], about: 'the same with indexes'},
  {names: ['TITLEIDXASC'], about: 'the same with the letters of a spreadsheet'},
  {
    names: ['SORT'],
    value: '[ALL|EACH][%UNIQUE][%REVERSE][%KEY]',
    about: 'sorted, by the KEYth column; EACH: each host by itself',
  },
  {names: ['IP'], about: 'addresses as numbers'},
  {names: ['DNS'], about: 'addresses as names'},
  {names: ['TERSE'], about: 'records in place of a table'},
  {names: ['PKG'], value: 'TYPE[%TYPE...]', about: 'session types, as -T'},
]

export const list: ClassicAction = {
  name: 'LIST',
  about: 'what runs',
  verb: 'list',
  fields: true,
  words: [
    {names: ['TAB_TCP'], value: '[WIDTHS]', about: 'the usual table; WIDTHS by position, `%` behind each'},
    ...layouts,
    {names: ['SERVER', 'S'], about: 'servers: all there is'},
    {names: ['BOTH', 'B'], about: 'clients and servers'},
    {names: ['CLIENTS', 'C'], about: 'clients', standing: 'missing'},
    {names: ['TUNNEL'], about: 'tunnels', standing: 'missing'},
    {
      names: ['USER'],
      value: 'USER[%CREDENTIALS]',
      about: 'account in guests: nothing signs in there',
      standing: 'ignored',
      secret: true,
    },
  ],
}

export const enumerate: ClassicAction = {
  name: 'ENUMERATE',
  about: 'what configurations lie there',
  verb: 'enumerate',
  address: 'base',
  fields: true,
  words: [
    ...baseWord,
    ...layouts,
    {names: ['MATCHVSTAT'], value: 'STATE[%STATE...]', about: `ALL, ENABLED, ${vmStates.join(', ')}`},
  ],
}

export const infoWords: readonly Word[] = [
  {names: ['MACHINE'], about: '`;` between the fields'},
  {names: ['TERSE'], about: 'the same'},
]

/** The 22 fields of a LIST record, in order, with all their keys. */
export const listFieldKeys: readonly string[] = [
  ...['pm host h', 'type stype st', 'label l', 'id ids i pname p', 'uuid u', 'mac m', 'tcp t ip'],
  ...['display disp vncdisplay', 'cport', 'sport s', 'pid', 'uid', 'gid', 'cstype', 'jobid', 'ifname if', 'reserved'],
  ...['contextstrg', 'execpath', 'hyperrelrun', 'accelerator accel', 'arch'],
]
