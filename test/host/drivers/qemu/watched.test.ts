/** What hangs is ended with everything it started, and nothing it would do next is begun. */
import {spawnSync} from 'node:child_process'
import {expect, test} from 'vitest'
import {statFunction} from '../../../../src/drivers/qemu/remote/processes-stat.js'
import {watchedFunction} from '../../../../src/drivers/qemu/remote/watched.js'
import {wrapperShells} from '../../../fakes/wrapped-machine.js'

const script = `
nl='
'
blanks=$IFS
${statFunction}${watchedFunction}
# a parent that outlives its child would begin the second
many() {
  n=0
  while [ "$n" -lt 20 ]; do
    (sleep 600; sleep 600) &
    n=$((n + 1))
  done
  wait
}
watched many
echo "status $?"`

test.each(wrapperShells.map(([program, ...shell]) => ({shell: [program, ...shell].join(' '), program, words: shell})))(
  'under $shell',
  ({program, words}) => {
    // the end of its output is the end of all who could write to it
    const {stdout, error} = spawnSync(program, [...words, '-c', script], {encoding: 'utf8', timeout: 60_000})
    expect(error).toBeUndefined()
    expect(stdout).toBe('status 1\n')
  },
)
