#!/usr/bin/env node
/**
 * What the ssh client calls for an answer (ssh(1), SSH_ASKPASS): hands the question to the ctys that started the client
 * and prints what it is told. It is called through a link in a private directory of that ctys, whose socket lies beside
 * the link, so neither question nor answer stands in an environment; without an answer it fails.
 */
'use strict'
const {createConnection} = require('node:net')
const {basename, dirname, join} = require('node:path')

const [, link, prompt = ''] = process.argv
const socket = createConnection(join(dirname(link), 'askpass'))
let answer = ''
process.exitCode = 1
socket.on('error', () => undefined)
socket.on('data', (chunk) => {
  answer += chunk
})
socket.on('end', () => {
  if (!answer.endsWith('\n')) return
  process.exitCode = 0
  process.stdout.write(answer)
})
const question = {client: basename(link), asker: process.ppid, kind: process.env.SSH_ASKPASS_PROMPT || '', prompt}
socket.write(`${JSON.stringify(question)}\n`)
