import { parseArgs } from 'node:util'
import { isJsonObject, messageOf, type JsonValue } from '#base'
import { eql } from '#query'
import { corpusRules } from '../test/support/kql-corpus.ts'
import { sharedData } from '../test/support/shared-data.ts'
import { eqlMatchers } from './fuzz/eql-matchers.ts'
import { eqlTexts } from './fuzz/eql-texts.ts'
import { fuzz, type FuzzReport, type FuzzTarget } from './fuzz/fuzz.ts'
import { seededDraw } from './fuzz/random.ts'
import { regexps } from './fuzz/regexps.ts'

const usage = `Usage: node scripts/fuzz-eql.ts [INPUTS] [--of texts|matchers|regexps] [--seed NUMBER]

Feeds EQL with INPUTS hostile inputs:

  texts      the lexer and the parser (5,000,000 unless said otherwise): public rules changed in a few places,
             and pieces of the grammar in any order. Every diagnostic must lie within its text, and what parses
             must print as EQL that parses and prints the same
  matchers   lowering, compiling and matching (500,000): those of such texts that parse, each over documents
             made of its own fields and values. Over small ones the slow reference must say the same
  regexps    regular expressions (500,000): public ones changed, and pieces of the syntax, over texts made of
             their own characters. Over short ones the slow reference must say the same

None may throw, none may take longer than ${maxMs()} ms of processor time (one that does is tried again).
The same seed makes the same inputs. Without the public rules beside the clone only pieces are made.

Exit status: 0 when all is well; 1 when an input broke something, which is then printed; 2 for a wrong call.`

const { values, positionals } = readCall()
const inputs = Number(positionals[0] ?? (values.of === 'texts' ? 5_000_000 : 500_000))
const seed = Number(values.seed)
if (values.help === true) stop(usage, 0)
if (!Number.isSafeInteger(inputs) || inputs < 1 || !Number.isSafeInteger(seed)) stop(usage, 2)

const folder = sharedData('rules/rules')
const seeds = (folder === undefined ? [] : corpusRules(folder)).flatMap(({ rule }) =>
  rule['type'] === 'eql' ? [String(rule['query'])] : [],
)
const draw = seededDraw(seed)
if (values.of === 'texts') run(eqlTexts(draw, seeds))
if (values.of === 'matchers') run(eqlMatchers(draw, seeds))
if (values.of === 'regexps') run(regexps(draw, seeds.flatMap(regexpsOf)))
stop(usage, 2)

function run<Input>(target: FuzzTarget<Input>): never {
  const { slowestMs, broken }: FuzzReport = fuzz(target, { inputs, maxMs: maxMs() })
  const row = { of: values.of, inputs, seed, seeds: seeds.length, slowestMs, ...target.counts() }
  console.log(JSON.stringify(row))
  for (const each of broken) console.log(each)
  process.exit(broken.length === 0 ? 0 : 1)
}

/** The regular expressions of a query. */
function regexpsOf(query: string): readonly string[] {
  const parsed = eql.parse(query)
  const tree: JsonValue = JSON.parse(
    JSON.stringify(parsed, (_, value: unknown) => (typeof value === 'bigint' ? 0 : value)),
  )
  return regexpsIn(tree)
}

function regexpsIn(node: JsonValue): readonly string[] {
  if (typeof node !== 'object' || node === null) return []
  const { op, patterns } = isJsonObject(node) ? node : {}
  const isRegexp = op === 'regex' || op === 'regex~'
  const own = isRegexp && Array.isArray(patterns) ? patterns : []
  return [
    ...own.flatMap((each: JsonValue) => (isJsonObject(each) ? [String(each['value'])] : [])),
    ...Object.values(node).flatMap(regexpsIn),
  ]
}

function maxMs(): number {
  return 50
}

function readCall() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        of: { type: 'string', default: 'texts' },
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
