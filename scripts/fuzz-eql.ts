import { isJsonObject, type JsonValue } from '#base'
import { eql } from '#query'
import { corpusRules } from '../test/support/kql-corpus.ts'
import { sharedData } from '../test/support/shared-data.ts'
import { fuzzCommand, maxMs } from './fuzz/command.ts'
import { eqlMatchers } from './fuzz/eql-matchers.ts'
import { eqlTexts } from './fuzz/eql-texts.ts'
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

None may throw, none may take longer than ${maxMs} ms of processor time (one that does is tried again).
The same seed makes the same inputs. Without the public rules beside the clone only pieces are made.

Exit status: 0 when all is well; 1 when an input broke something, which is then printed; 2 for a wrong call.`

const command = fuzzCommand(usage, {
  of: 'texts',
  inputs: (of) => (of === 'texts' ? 5_000_000 : 500_000),
})

const folder = sharedData('rules/rules')
const seeds = (folder === undefined ? [] : corpusRules(folder)).flatMap(({ rule }) =>
  rule['type'] === 'eql' ? [String(rule['query'])] : [],
)
const { of, draw } = command
const told = { seeds: seeds.length }
if (of === 'texts') command.run(eqlTexts(draw, seeds), told)
if (of === 'matchers') command.run(eqlMatchers(draw, seeds), told)
if (of === 'regexps') command.run(regexps(draw, seeds.flatMap(regexpsOf)), told)
command.refuse()

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
