/** Asks the person at the terminal; undefined when there is no answer. It ends by itself when the run is interrupted. */
export type Ask = (question: string) => Promise<string | undefined>

export interface Answers {
  /**
   * The answer to a question that is put once in a run, when it is needed first. Who found an answer wrong says so with
   * it, and the question is put again, unless somebody else had that done meanwhile. The wrong answer again means that
   * there is no better one.
   */
  kept(question: string, wrong?: string): Promise<string | undefined>
  /** For a question whose answer serves once. */
  fresh(question: string): Promise<string | undefined>
}

/** ssh, too, asks three times (NumberOfPasswordPrompts). */
const attempts = 3

/** One question after the other, however many hosts wait: two at a time would mix. */
export function askOnce(ask: Ask): Answers {
  const asked = new Map<string, {readonly answer: Promise<string | undefined>; readonly attempt: number}>()
  let last: Promise<unknown> = Promise.resolve()
  const fresh = (question: string): Promise<string | undefined> => {
    const answer = last.then(() => ask(question))
    last = answer.catch(() => undefined)
    return answer
  }
  const put = (question: string, attempt: number): Promise<string | undefined> => {
    const answer = fresh(question)
    asked.set(question, {answer, attempt})
    return answer
  }
  return {
    fresh,
    async kept(question, wrong) {
      const known = asked.get(question)
      if (known === undefined) return put(question, 1)
      const answer = await known.answer
      if (answer === undefined || answer !== wrong) return answer
      const now = asked.get(question)
      if (now !== undefined && now !== known) return now.answer
      return known.attempt < attempts ? put(question, known.attempt + 1) : wrong
    },
  }
}

/** The question for a key file; the same over every transport, so that one answer serves all. */
export function passphraseQuestion(keyFile: string): string {
  return `passphrase for ${keyFile}`
}
