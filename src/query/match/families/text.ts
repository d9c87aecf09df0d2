import { unreachable } from '#base'
import { rangesOf } from '../../plan/ranges-of.ts'
import { compareByCodePoint } from '../compare-text.ts'
import { holds, possible, type CompiledValueTest, type ValuePlan } from '../compiled-value-test.ts'
import { compileGlob, foldedGlob } from '../glob.ts'
import { globChunks } from '../glob-chunks.ts'
import { regexpTest } from '../regexp-test.ts'
import { wordsOf } from '../words.ts'

type WordTest = (words: readonly string[]) => boolean

/** Compares the words of a value: any word of an unquoted literal, all in a row of a quoted one. */
export function textTest(plan: ValuePlan): CompiledValueTest {
  if (plan.kind === 'regexp')
    return regexpTest(plan, (test) => ofWords((words) => words.some(test)))
  return ofWords(wordTestOf(plan))
}

function ofWords(test: WordTest): CompiledValueTest {
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

function wordTestOf(plan: Exclude<ValuePlan, { readonly kind: 'regexp' }>): WordTest {
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
        const matches = compileGlob(foldedGlob(chunk.glob, (text) => text.toLowerCase()))
        return (words) => words.some(matches)
      })
      return (words) => tests.some((test) => test(words))
    }
    case 'range': {
      const test = rangeTest(plan)
      return (words) => words.some(test)
    }
    case 'between': {
      const [low, high] = rangesOf(plan).map(rangeTest)
      return (words) => words.some((word) => low?.(word) === true && high?.(word) === true)
    }
    default:
      return unreachable(plan)
  }
}

type RangePlan = Extract<ValuePlan, { readonly kind: 'range' }>

function rangeTest({ value, op }: RangePlan): (word: string) => boolean {
  const bound = String(value)
  return (word) => holds(compareByCodePoint(word, bound), op)
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
