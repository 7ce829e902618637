import {expect, test} from 'vitest'
import {orGroupMeant} from '../../../src/compose/group-meant.js'
import {ConnectError} from '../../../src/domain/errors.js'
import {createMemoryGroups} from '../../fakes/memory-groups.js'

const groups = createMemoryGroups({lab: ['h1', 'h2']})
const unknown = new ConnectError('NAME_NOT_RESOLVED', 'no address', {hint: 'check the spelling'})

test.each([
  ['lab', '@lab'],
  ['all', '@all'],
  ['h7', 'check the spelling'],
])('a name without an address, %s: %s', async (host, hint) => {
  expect(await orGroupMeant(unknown, {host}, groups)).toMatchObject({
    code: 'NAME_NOT_RESOLVED',
    message: 'no address',
    hint: expect.stringContaining(hint),
  })
})

test('another error stays what it is', async () => {
  const other = new ConnectError('UNREACHABLE', 'nobody is there')
  expect(await orGroupMeant(other, {host: 'lab'}, groups)).toBe(other)
})
