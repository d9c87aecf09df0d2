/**
 * How long does it take to make a public EQL rule's query ready, and which takes longest? Every query is
 * read; read and checked against ECS; and read, checked, lowered and compiled, as a rule that is installed is;
 * many times over after a warm-up; a query counts with the fastest of its runs, since what else the machine
 * does only adds. None may take more than 5 ms until it is ready. The yardstick reads the same trees from JSON, in the same run. Needs ../shared/data.
 * One JSON line per row. `node bench/compile-eql-corpus.bench.ts [runs]`
 */
import { assert } from '#base'
import { ecsCatalogue } from '#event'
import { compileFilter, compileStages, eql } from '#query'
import { corpusRules } from '../test/support/kql-corpus.ts'
import { sharedData, withoutSharedData } from '../test/support/shared-data.ts'

const runs = Number(process.argv[2] ?? 20)
const folder = sharedData('rules/rules')
assert(folder !== undefined, withoutSharedData)
const queries = corpusRules(folder).flatMap(({ file, rule }) =>
  rule['type'] === 'eql' ? [{ file, text: String(rule['query']) }] : [],
)
const fields = ecsCatalogue()
const trees = new Map(queries.map(({ text }) => [text, treeOf(text)]))

const yardstick = measured((text) => JSON.parse(trees.get(text) ?? ''))
say('yardstick: read the trees from JSON', yardstick)
say(
  'read',
  measured((text) => eql.parse(text)),
)
say('read and check', measured(readAndCheck))
const ready = measured(madeReady)
say('read, check, lower and compile', ready)
assert((ready.slowest[0]?.ms ?? 0) <= 5, 'no query takes more than 5 ms until it is ready')

function treeOf(text: string): string {
  const parsed = eql.parse(text)
  assert(parsed.ok, 'every public rule parses')
  return JSON.stringify(parsed.value, (_, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  )
}

function readAndCheck(text: string): unknown {
  const parsed = eql.parse(text)
  return parsed.ok && eql.check(parsed.value, fields, { unknownFields: 'warning' })
}

function madeReady(text: string): unknown {
  const parsed = eql.parse(text)
  assert(parsed.ok, 'every public rule parses')
  eql.check(parsed.value, fields, { unknownFields: 'warning' })
  const plan = eql.lower(parsed.value, { fields })
  const context = { fields, nowMs: 0, timeMsOf: () => 0 }
  return plan.kind === 'events' ? compileFilter(plan.filter, context) : compileStages(plan, context)
}

interface Measured {
  readonly totalMs: number
  /** By the fastest of their runs, slowest first. */
  readonly slowest: readonly { readonly file: string; readonly ms: number }[]
}

function measured(work: (text: string) => unknown): Measured {
  for (let pass = 0; pass < 3; pass++) for (const { text } of queries) work(text)
  const slowest = queries
    .map(({ file, text }) => ({ file, ms: fastestMs(() => work(text)) }))
    .toSorted((a, b) => b.ms - a.ms)
  return { totalMs: slowest.reduce((sum, { ms }) => sum + ms, 0), slowest }
}

/** The fastest of many runs: what else the machine does only adds. */
function fastestMs(work: () => unknown): number {
  let fastest = Infinity
  for (let run = 0; run < runs; run++) {
    const beganMs = performance.now()
    work()
    fastest = Math.min(fastest, performance.now() - beganMs)
  }
  return fastest
}

function say(row: string, { totalMs, slowest }: Measured): void {
  const at = (share: number) => round(slowest[Math.floor(slowest.length * share)]?.ms ?? 0)
  const line = {
    row,
    queries: queries.length,
    totalMs: round(totalMs),
    p50Ms: at(0.5),
    p99Ms: at(0.01),
    maxMs: at(0),
    slowest: slowest[0]?.file,
    ratioToYardstick: round(totalMs / yardstick.totalMs),
  }
  console.log(JSON.stringify(line))
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
