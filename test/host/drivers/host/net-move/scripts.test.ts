import {spawnSync} from 'node:child_process'
import {describe, expect, test} from 'vitest'
import {beginScript} from '../../../../../src/drivers/host/net-move/remote/begin.js'
import {decideScript} from '../../../../../src/drivers/host/net-move/remote/decide.js'
import {elevateScript} from '../../../../../src/drivers/host/net-move/remote/elevate.js'
import {lookScript} from '../../../../../src/drivers/host/net-move/remote/look.js'
import {watchText} from '../../../../../src/drivers/host/net-move/remote/watch.js'

const scripts = [beginScript, decideScript, elevateScript, lookScript, {name: 'net-watchdog', text: watchText}]

describe.each(scripts)('the script $name', ({text}) => {
  test('has no finding of shellcheck', () => {
    // functions that are called by their name, or by another script that shares them
    const words = ['-s', 'sh', '--exclude=SC2317,SC2329', '-']
    const {status, stdout} = spawnSync('shellcheck', words, {input: text, encoding: 'utf8'})
    expect([status, stdout]).toEqual([0, ''])
  })
  test.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])('is read by %s', (shell, ...args) => {
    const {status, stderr} = spawnSync(shell, [...args, '-n'], {input: text, encoding: 'utf8'})
    expect([status, stderr]).toEqual([0, ''])
  })
})
