import {readdirSync, readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {errorCodes, exitStatus} from '../../src/domain/error-codes.js'
import {loadCommands} from '../../src/main.js'

const COMMANDS = await loadCommands()

const exitCodes = readFileSync('docs/exit-codes.md', 'utf8')

test('docs/exit-codes.md lists the error codes of the source, no more and no less', () => {
  const listed = [...exitCodes.matchAll(/^\| ([A-Z_]+) \| (.*) \|$/gm)].map(([, code, meaning]) => [code, meaning])
  expect(Object.fromEntries(listed)).toEqual(errorCodes)
})

test('docs/exit-codes.md lists the exit statuses of the source', () => {
  const listed = [...exitCodes.matchAll(/^\| ([0-9]+) \|/gm)].map(([, status]) => Number(status))
  expect(listed).toEqual(Object.values(exitStatus))
})

test('the command table is the folder of commands', () => {
  const files = readdirSync('commands', {recursive: true, encoding: 'utf8'})
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, '').replaceAll('/', ':'))
  expect(Object.keys(COMMANDS).sort()).toEqual(files.sort())
})

test('every command has a summary, examples and --json', () => {
  for (const [name, command] of Object.entries(COMMANDS)) {
    expect(command.summary, name).toBeTruthy()
    expect(command.examples?.length, name).toBeGreaterThan(0)
    expect(Object.keys(command.flags), name).toContain('json')
  }
})

test('a remote script is silent of a file that has gone: its shell says so where stderr went before', () => {
  const early = /<\s*("[^"]*\$[^"]*"|\$\S+|\/proc\S+) 2>\/dev\/null/
  const files = readdirSync('src', {recursive: true, encoding: 'utf8'}).filter((file) => file.endsWith('.ts'))
  const found = files.flatMap((file) => {
    const lines = readFileSync(`src/${file}`, 'utf8').split('\n')
    return lines.flatMap((line, index) => (early.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : []))
  })
  expect(found).toEqual([])
})

test('no file of the project switches host key checking off', () => {
  const forbidden = /StrictHostKeyChecking[= ]+(no|off)\b|UserKnownHostsFile[= ]+\/dev\/null/i
  const files = ['src', 'commands', 'inventory', 'bin', 'test/lab', 'test/bench', 'docs'].flatMap((folder) =>
    readdirSync(folder, {recursive: true, withFileTypes: true})
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`),
  )
  const hits = [...files, 'README.md'].filter((file) => forbidden.test(readFileSync(file, 'utf8')))
  expect(hits).toEqual([])
})
