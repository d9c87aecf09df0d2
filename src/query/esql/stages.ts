import { Fault } from '#base'
import { compareSingles, singlesOf, type Cell, type Row, type Single } from './cell.ts'
import type { Typed } from './typed.ts'

/** Rows as they come, some at a time. */
export type Rows = AsyncIterable<readonly Row[]>

/** What a command does with rows. */
export type Stage = (rows: Rows) => Rows

/** What is held at a time at most: some hundred megabytes. A query that needs more fails and says so. */
export const mostHeld = { rows: 100_000, groups: 250_000, values: 1_000_000 } as const

/** The refusal of a query that would hold too much. */
export function heldTooMuch(what: keyof typeof mostHeld): Fault {
  return new Fault(
    'too-large',
    'esql.too-large',
    `the query must hold more than ${mostHeld[what]} ${what} at once; narrow it by WHERE, or group by fewer values`,
  )
}

/** A command that looks at one row at a time. */
export function rowByRow(of: (row: Row) => readonly Row[] | Row | undefined): Stage {
  return async function* (rows) {
    for await (const page of rows) {
      const next = page.flatMap((row) => of(row) ?? [])
      if (next.length > 0) yield next
    }
  }
}

/** The first rows; no more are asked for. */
export function limiting(count: number): Stage {
  return async function* (rows) {
    let left = count
    if (left === 0) return
    for await (const page of rows) {
      yield page.slice(0, left)
      left -= page.length
      if (left <= 0) return
    }
  }
}

/** What rows are ordered by. */
export interface Ordering {
  readonly of: Typed
  readonly descending: boolean
  readonly nullsFirst: boolean
}

/** Rows in order, those alike as they came; only the first `most` of them where so many are wanted. */
export function sorting(keys: readonly Ordering[], most = Number.POSITIVE_INFINITY): Stage {
  return async function* (rows) {
    let held: Keyed[] = []
    const inOrder = (a: Keyed, b: Keyed) => compareKeys(a.keys, b.keys, keys)
    for await (const page of rows) {
      for (const row of page) held.push({ row, keys: keys.map((key) => keyOf(key, row)) })
      if (held.length > 2 * most + 1_000) held = held.toSorted(inOrder).slice(0, most)
      if (held.length > mostHeld.rows) throw heldTooMuch('rows')
    }
    const sorted = held.toSorted(inOrder).slice(0, most)
    for (let at = 0; at < sorted.length; at += 1_000) {
      yield sorted.slice(at, at + 1_000).map(({ row }) => row)
    }
  }
}

interface Keyed {
  readonly row: Row
  readonly keys: readonly (Single | null)[]
}

/** Of several values the least counts, and the greatest where order is reversed. */
function keyOf({ of, descending }: Ordering, row: Row): Single | null {
  const sign = descending ? -1 : 1
  let best: Single | undefined
  for (const value of singlesOf(of.of(row))) {
    if (best === undefined || sign * compareSingles(value, best, of.type) < 0) best = value
  }
  return best ?? null
}

function compareKeys(
  a: readonly (Single | null)[],
  b: readonly (Single | null)[],
  keys: readonly Ordering[],
): number {
  for (const [at, { of, descending, nullsFirst }] of keys.entries()) {
    const [left = null, right = null] = [a[at], b[at]]
    if (left === null || right === null) {
      if (left === right) continue
      return (left === null) === nullsFirst ? -1 : 1
    }
    const order = compareSingles(left, right, of.type)
    if (order !== 0) return descending ? -order : order
  }
  return 0
}

/** A row with cells put into slots. */
export function withCells(row: Row, filled: readonly (readonly [slot: number, cell: Cell])[]): Row {
  const cells = [...row.cells]
  for (const [slot, cell] of filled) cells[slot] = cell
  return { ...row, cells }
}
