import {
  compileFilter,
  fieldPlanOf,
  necessaryTerms,
  type FieldPlan,
  type FilterPlan,
  type MatchContext,
  type Matcher,
} from '#query'
import type { BlockRows, ColumnReader } from './column-reader.ts'
import { firstValue, hashCode, noValue, unknownValue, type Column } from './segment-columns.ts'

/** The rows of a block that may hold matches. */
export interface ChosenRows {
  readonly count: number
  /** Whether the row, counted in its block, may. */
  mayMatch(row: number): boolean
}

/** Tells, by the columns of its segment, which rows of a block may hold matches; undefined: they tell nothing. */
export type RowChoice = (rows: BlockRows, count: number) => Promise<ChosenRows | undefined>

/** A byte a row: whether it may hold a match. */
type Flags = Uint8Array

/**
 * The choice for a filter. Every value of a column is asked of the compiled filter itself, as a document of nothing
 * else, so that one definition decides; what a column does not know may always match.
 */
export function rowChoice(filter: FilterPlan, context: MatchContext): RowChoice {
  const plan = fieldPlanOf(filter, context.fields)
  const known = new Map<ColumnReader, Promise<Flags | undefined>>()
  const asking = { context, matchers: new Map<FilterPlan, Matcher>() }
  return async ({ reader, firstRow }, count) => {
    let asked = known.get(reader)
    if (asked === undefined) {
      asked = flagsOf(plan, reader, asking)
      known.set(reader, asked)
    }
    const flags = (await asked)?.subarray(firstRow, firstRow + count)
    if (flags === undefined) return undefined
    let chosen = 0
    for (const flag of flags) chosen += flag
    return { count: chosen, mayMatch: (row) => flags[row] !== 0 }
  }
}

/** What one search asks with: each of its filters is compiled once, and asked of many segments. */
interface Asking {
  readonly context: MatchContext
  readonly matchers: Map<FilterPlan, Matcher>
}

function matcherOf(plan: FilterPlan, { context, matchers }: Asking): Matcher {
  const matcher = matchers.get(plan) ?? compileFilter(plan, context)
  matchers.set(plan, matcher)
  return matcher
}

async function flagsOf(
  plan: FieldPlan,
  reader: ColumnReader,
  asking: Asking,
): Promise<Flags | undefined> {
  if (plan.kind === 'other') return undefined
  if (plan.kind === 'field') return flagsOfField(plan, reader, asking)
  const parts = await Promise.all(plan.of.map((part) => flagsOf(part, reader, asking)))
  const told = parts.filter((part) => part !== undefined)
  const [first, ...rest] = told
  // An alternative of which nothing is known may match anywhere.
  if (first === undefined || (plan.kind === 'or' && told.length < parts.length)) return undefined
  const all = Uint8Array.from(first)
  for (const part of rest) {
    const isAnd = plan.kind === 'and'
    for (let row = 0; row < all.length; row++) {
      const a = all[row] ?? 0
      const b = part[row] ?? 0
      all[row] = isAnd ? a & b : a | b
    }
  }
  return all
}

type AskedField = Extract<FieldPlan, { readonly kind: 'field' }>

async function flagsOfField(
  asked: AskedField,
  reader: ColumnReader,
  asking: Asking,
): Promise<Flags | undefined> {
  if (asked.besides !== undefined && reader.mayHaveField(asked.besides)) return undefined
  const column = await reader.column(asked.field)
  if (column === undefined) return undefined
  const mayMatch = codesOf(asked, column, asking)
  if (mayMatch === undefined) return undefined
  const { codes } = column
  const flags = new Uint8Array(codes.length)
  for (let row = 0; row < codes.length; row++) flags[row] = mayMatch[codes[row] ?? 0] ?? 1
  return flags
}

/** For each code of a column whether its rows may match; undefined where nothing is told. */
function codesOf(
  { field, plan }: AskedField,
  column: Column,
  asking: Asking,
): Uint8Array | undefined {
  const codes = column.kind === 'values' ? firstValue + column.values.length : 65_536
  const mayMatch = new Uint8Array(codes)
  const matches = matcherOf(plan, asking)
  mayMatch[noValue] = matches({}) ? 1 : 0
  mayMatch[unknownValue] = 1
  if (column.kind === 'hashes') {
    const values = wantedValues(plan, asking.context)
    if (values === undefined) return undefined
    for (const value of values) mayMatch[hashCode(field, value)] = 1
    return mayMatch
  }
  column.values.forEach((value, at) => {
    mayMatch[firstValue + at] = matches({ [field]: value }) ? 1 : 0
  })
  return mayMatch
}

/** The values of which each match has one, written as text; undefined where there are no such. */
function wantedValues(plan: FilterPlan, { fields }: MatchContext): readonly string[] | undefined {
  for (const clause of necessaryTerms(plan, fields)) {
    const values = clause.flatMap((term) => (term.kind === 'value' ? [term.value] : []))
    if (values.length === clause.length) return values
  }
  return undefined
}
