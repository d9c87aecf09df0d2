import { unreachable } from '#base'
import { compareByCodePoint } from '../compare-text.ts'
import { holds, possible, type CompiledValueTest, type ValuePlan } from '../compiled-value-test.ts'
import { compileGlob, lowerCaseGlob } from '../glob.ts'
import { globChunks } from '../glob-chunks.ts'
import { wordsOf } from '../words.ts'

type WordTest = (words: readonly string[]) => boolean

/** Compares the words of a value: any word of an unquoted literal, all in a row of a quoted one. */
export function textTest(plan: ValuePlan): CompiledValueTest {
  const test = wordTestOf(plan)
  return possible((value) => test(wordsOfValue(String(value))))
}

let lastText = ''
let lastWords: readonly string[] = []

/** The words of a value; rules ask one value for hundreds of phrases in a row, so the last answer is kept. */
function wordsOfValue(text: string): readonly string[] {
  if (text !== lastText) {
    lastWords = wordsOf(text)
    lastText = text
  }
  return lastWords
}

function wordTestOf(plan: ValuePlan): WordTest {
  switch (plan.kind) {
    case 'match': {
      const wanted = wordsOf(String(plan.literal.value))
      return plan.literal.quoted ? phraseTest(wanted) : anyWordTest(wanted)
    }
    case 'match-any': {
      const phrases = plan.values.map((value) => phraseTest(wordsOf(String(value))))
      return (words) => phrases.some((phrase) => phrase(words))
    }
    case 'glob': {
      const tests = globChunks(plan.glob).map((chunk): WordTest => {
        if (chunk.kind === 'words') return anyWordTest(wordsOf(chunk.text))
        const matches = compileGlob(lowerCaseGlob(chunk.glob))
        return (words) => words.some(matches)
      })
      return (words) => tests.some((test) => test(words))
    }
    case 'range': {
      const bound = String(plan.value)
      const { op } = plan
      return (words) => words.some((word) => holds(compareByCodePoint(word, bound), op))
    }
    default:
      return unreachable(plan)
  }
}

function anyWordTest(wanted: readonly string[]): WordTest {
  const set = new Set(wanted)
  return (words) => words.some((word) => set.has(word))
}

function phraseTest(wanted: readonly string[]): WordTest {
  const [first] = wanted
  if (first === undefined) return () => false
  return (words) => {
    const last = words.length - wanted.length
    for (let at = words.indexOf(first); at >= 0 && at <= last; at = words.indexOf(first, at + 1)) {
      if (wanted.every((word, offset) => words[at + offset] === word)) return true
    }
    return false
  }
}
