import { parseArgs } from 'node:util'
import { messageOf, visibleText } from '#base'
import { eql } from '#query'
import { corpusRules } from '../test/support/kql-corpus.ts'
import { sharedData } from '../test/support/shared-data.ts'
import { eqlInputs } from './fuzz/eql-inputs.ts'
import { seededDraw } from './fuzz/random.ts'

const usage = `Usage: node scripts/fuzz-eql.ts [INPUTS] [--seed NUMBER]

Feeds the lexer and the parser of EQL with INPUTS texts (5,000,000 unless said otherwise): public rules
changed in a few places, and pieces of the grammar in any order. None may throw, none may take longer than
${maxMs()} ms of processor time (one that does is tried again), every diagnostic must lie within its text,
and what parses must print as EQL that parses and prints the same.

The same seed makes the same texts. Without the public rules beside the clone only pieces are made.

Exit status: 0 when all is well; 1 when a text broke something, which is then printed; 2 for a wrong call.`

const { values, positionals } = readCall()
const inputs = Number(positionals[0] ?? 5_000_000)
const seed = Number(values.seed)
if (values.help === true) stop(usage, 0)
if (!Number.isSafeInteger(inputs) || inputs < 1 || !Number.isSafeInteger(seed)) stop(usage, 2)

const folder = sharedData('rules/rules')
const seeds = (folder === undefined ? [] : corpusRules(folder)).flatMap(({ rule }) =>
  rule['type'] === 'eql' ? [String(rule['query'])] : [],
)
const nextText = eqlInputs(seededDraw(seed), seeds)
const seen = { accepted: 0, refused: 0, slowestMs: 0, longest: 0 }
const codes = new Map<string, number>()
const broken: string[] = []
for (let i = 0; i < inputs && broken.length < 10; i++) {
  const text = nextText()
  const problem = problemOf(text)
  if (problem !== undefined)
    broken.push(`input ${i}: ${problem}: ${visibleText(text.slice(0, 2_000))}`)
}
console.log(
  JSON.stringify({ inputs, seed, seeds: seeds.length, ...seen, slowestMs: round(seen.slowestMs) }),
)
const byCount = [...codes].toSorted(([, a], [, b]) => b - a)
console.log(byCount.map(([code, count]) => `${code} ${count}`).join(', '))
for (const each of broken) console.log(each)
process.exit(broken.length === 0 ? 0 : 1)

function problemOf(text: string): string | undefined {
  try {
    const ms = fastestMs(text)
    seen.slowestMs = Math.max(seen.slowestMs, ms)
    seen.longest = Math.max(seen.longest, text.length)
    return ms > maxMs() ? `takes ${round(ms)} ms` : judged(text)
  } catch (thrown) {
    return `throws ${messageOf(thrown)}`
  }
}

/** Of one run, or of several where the first is slow; what others do with the processor meanwhile does not count. */
function fastestMs(text: string): number {
  let fastest = Infinity
  for (let run = 0; run < 5 && fastest > maxMs(); run++) {
    const before = process.threadCpuUsage()
    eql.parse(text)
    const { user, system } = process.threadCpuUsage(before)
    fastest = Math.min(fastest, (user + system) / 1_000)
  }
  return fastest
}

function judged(text: string): string | undefined {
  const parsed = eql.parse(text)
  if (parsed.ok) {
    seen.accepted++
    const printed = eql.format(parsed.value)
    const again = eql.parse(printed)
    return again.ok && eql.format(again.value) === printed ? undefined : 'is printed otherwise'
  }
  seen.refused++
  for (const { code, span } of parsed.error) {
    codes.set(code, (codes.get(code) ?? 0) + 1)
    const isWithin = span.start >= 0 && span.start <= span.end && span.end <= text.length
    if (!isWithin) return `has ${code} outside of it`
  }
  return parsed.error.length === 0 ? 'is refused without a word' : undefined
}

function maxMs(): number {
  return 50
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}

function readCall() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (thrown) {
    return stop(`${messageOf(thrown)}\n\n${usage}`, 2)
  }
}

function stop(text: string, code: number): never {
  console.log(text)
  process.exit(code)
}
