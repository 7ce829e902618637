/** What oclif finds wrong, in the words of ctys. */
import {nearest} from '../../lib/suggest.js'

/** The faults an error of oclif tells, each once; its first line may only say that some follow. */
export function oclifFaults(message: string): readonly string[] {
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:See more help|The following errors? occurred:$)/.test(line))
  const seen = new Set<string>()
  return lines.flatMap((line) => {
    const [, one, other] = /^--([\w-]+)=.* cannot also be provided when using --([\w-]+)$/.exec(line) ?? []
    const isPair = one !== undefined && other !== undefined
    // each of two flags may say it of the other
    const key = isPair ? [one, other].sort().join(' ') : line
    if (seen.has(key)) return []
    seen.add(key)
    const unknown = /^Nonexistent flags?: (.*)$/.exec(line)?.[1]
    if (unknown !== undefined) return [`unknown option ${unknown}`]
    return [isPair ? `--${one} and --${other} exclude each other` : line]
  })
}

/** What to say of `inventory chek`, where `commands` are named as oclif has them, `inventory:check`. */
export function unknownSecondWord(argv: readonly string[], commands: readonly string[]): string | undefined {
  const [topic = '', word = ''] = argv
  const seconds = commands.filter((id) => id.startsWith(`${topic}:`)).map((id) => id.slice(topic.length + 1))
  if (seconds.length === 0 || seconds.includes(word)) return undefined
  const meant = nearest(word, seconds)
  const others = meant === undefined ? `there are ${seconds.join(', ')}` : `did you mean ${topic} ${meant}?`
  return `'${topic} ${word}' is no command; ${others}`
}
