import {localPath} from '../../lib/home.js'
import {reasonOf} from '../../lib/reason-of.js'
import {readInput} from '../../lib/regular-file.js'
import type {NewInput} from '../../parse/make/new-words.js'
import {type AddSeedFault, mostUserData, type NamedText, parseSeed, type Seed} from '../../parse/make/seed.js'

/** What guests are told, of the files of this machine that the words name. What cannot be read is a fault. */
export async function readSeed(
  words: Pick<NewInput, 'ssh-key' | 'user-data'>,
  addFault: AddSeedFault,
  folder?: string,
): Promise<Seed | undefined> {
  let isWhole = true
  const read = async (word: 'ssh-key' | 'user-data', name: string): Promise<NamedText | undefined> => {
    try {
      return {
        name,
        text: (
          await readInput(localPath(name, folder), {maxBytes: mostUserData, what: 'what a guest is told'})
        ).toString(),
      }
    } catch (error) {
      isWhole = false
      addFault(word, `${name} cannot be read: ${reasonOf(error)}`)
      return undefined
    }
  }
  const {'ssh-key': keyFiles = [], 'user-data': userDataFile} = words
  const keys = await Promise.all(keyFiles.map((name) => read('ssh-key', name)))
  const userData = userDataFile === undefined ? undefined : await read('user-data', userDataFile)
  if (!isWhole) return undefined
  return parseSeed({keys: keys.flatMap((key) => key ?? []), ...(userData && {userData})}, addFault)
}
