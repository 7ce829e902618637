import {describe, expect, test} from 'vitest'
import type {BootStep} from '../../../../src/domain/work/boot-step.js'
import {createScreenText, StepLate, takeSteps} from '../../../../src/drivers/qemu/create/take-steps.js'
import {parseStep} from '../../../../src/lib/boot-step.js'

const steps = (...texts: readonly string[]): readonly BootStep[] =>
  texts.map((text) => {
    const step = parseStep(text)
    if (typeof step === 'string') throw new Error(`${text}: ${step}`)
    return step
  })

/** A boot loader that echoes, answers each line, and loses what is typed while it has not answered. */
function loader({loses = false, echoes = true, before = ''} = {}) {
  const screen = createScreenText(before)
  let line = ''
  let isBusy = false
  const typed: string[] = []
  const say = (text: string) => screen.add(Buffer.from(text))
  return {
    screen,
    typed,
    say,
    type(text: string) {
      for (const char of text) {
        if (isBusy && loses) continue
        isBusy = true
        setTimeout(() => {
          isBusy = false
          if (char === '\r') {
            typed.push(line)
            say(`\r\n${line} was read\r\n\x1b[1;32mboot\x1b[0m> `)
            line = ''
          } else {
            line += char
            if (echoes) say(`\x1b[7m${char}\x1b[m`)
          }
        }, 1)
      }
    },
  }
}

const take = (one: ReturnType<typeof loader>, texts: readonly string[], timeoutMs = 3_000) =>
  takeSteps(steps(...texts), {screen: one.screen, type: one.type, timeoutMs, signal: new AbortController().signal})

describe('steps', () => {
  test('each waits for its text, and each character for its echo, through escape sequences', async () => {
    const one = loader({loses: true})
    setTimeout(() => one.say('>> OpenBSD/amd64 BOOT\r\n\x1b[1mbo'), 5)
    setTimeout(() => one.say('ot>\x1b[0m '), 10)
    await take(one, ['boot> => set tty com0', '/tty com0 was read[\\s\\S]*boot>/ => boot', 'boot was read'])
    expect(one.typed).toEqual(['set tty com0', 'boot'])
  })

  test('a prompt that came before the console was opened counts once', async () => {
    const one = loader({before: 'boot> '})
    await take(one, ['boot> => a', 'boot> => b', 'b was read'])
    expect(one.typed).toEqual(['a', 'b'])
    const late = take(loader({before: 'x boot> '}), ['boot>', 'boot>'], 50)
    await expect(late).rejects.toThrow('step 2 of 2 (boot>): not seen within 0 s; its last lines: x boot>')
  })

  test('what is not shown is named, and a password is not waited for', async () => {
    await expect(take(loader({echoes: false, before: 'p:'}), ['p: => ab'], 60)).rejects.toThrow(
      /step 1 of 1 \(p: => ab\): 'a' was typed and not shown; its last lines: p:/,
    )
    const one = loader({echoes: false, before: 'p:'})
    await take(one, ['p: =>* secret', 'secret was read'])
    expect(one.typed).toEqual(['secret'])
  })

  test('a console that ends, or says nothing, is told', async () => {
    const one = loader()
    setTimeout(() => one.screen.close(), 5)
    await expect(take(one, ['boot>'])).rejects.toThrow('step 1 of 1 (boot>): its console ended; it has shown nothing')
    await expect(take(loader(), ['boot>'], 20)).rejects.toBeInstanceOf(StepLate)
  })

  test('a console that talks without end is forgotten from its beginning', async () => {
    const one = loader()
    for (let n = 0; n < 100; n++) one.say('y'.repeat(10_000))
    one.say('now> ')
    await take(one, ['now> => go', 'go was read'])
    expect(one.screen.text.length).toBeLessThan(300_000)
    expect(one.typed).toEqual(['go'])
  })
})
