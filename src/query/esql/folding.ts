import type { Accumulator, BoundAggregate } from './aggregates/aggregate.ts'
import { singlesOf, type Cell, type Row } from './cell.ts'
import { heldTooMuch, mostHeld, withCells, type Stage } from './stages.ts'
import type { Typed } from './typed.ts'

/** How rows are folded into groups. */
export interface Folding {
  readonly keys: readonly { readonly of: Typed; readonly slot: number }[]
  readonly aggregates: readonly {
    readonly bound: BoundAggregate
    readonly given: readonly Typed[]
    /** Of the rows for which this is true. */
    readonly where: Typed | undefined
    readonly slot: number
  }[]
}

interface Group {
  readonly keys: readonly Cell[]
  readonly accumulators: readonly Accumulator[]
}

/** One row a group, in the order in which groups are met; without keys one row, also of no rows. */
export function folding(fold: Folding): Stage {
  return async function* (rows) {
    const groups = new Groups(fold)
    for await (const page of rows) for (const row of page) groups.take(row)
    const folded = groups.all().map((group) => withCells({ cells: [] }, groups.cellsOf(group)))
    for (let at = 0; at < folded.length; at += 1_000) yield folded.slice(at, at + 1_000)
  }
}

/** Every row as it was, with what its group came to. A row with several values of a key is in no group. */
export function inlineFolding(fold: Folding): Stage {
  return async function* (rows) {
    const groups = new Groups(fold)
    const held: Row[] = []
    for await (const page of rows) {
      for (const row of page) {
        groups.take(row)
        held.push(row)
      }
      if (held.length > mostHeld.rows) throw heldTooMuch('rows')
    }
    for (let at = 0; at < held.length; at += 1_000) {
      yield held.slice(at, at + 1_000).map((row) => {
        const keys = fold.keys.map(({ of }) => of.of(row))
        const group = groups.of(keys)
        if (group !== undefined) return withCells(row, groups.cellsOf(group))
        const own = fold.keys.map(({ slot }, place) => [slot, keys[place] ?? null] as const)
        return withCells(row, [...own, ...fold.aggregates.map(({ slot }) => [slot, null] as const)])
      })
    }
  }
}

class Groups {
  readonly #fold: Folding
  readonly #groups = new Map<string, Group>()
  #kept = 0

  constructor(fold: Folding) {
    this.#fold = fold
    if (fold.keys.length === 0) this.#groupOf([])
  }

  /** A row counts in the group of each value of a key that has several. */
  take(row: Row): void {
    const found = this.#fold.keys.map(({ of }) => of.of(row))
    const given = this.#fold.aggregates.map(({ given, where }) =>
      where !== undefined && where.of(row) !== true ? undefined : given.map(({ of }) => of(row)),
    )
    for (const keys of combinationsOf(found)) {
      const { accumulators } = this.#groupOf(keys)
      for (const [at, cells] of given.entries()) {
        if (cells !== undefined) this.#kept += accumulators[at]?.take(cells) ?? 0
      }
    }
    if (this.#kept > mostHeld.values) throw heldTooMuch('values')
  }

  all(): readonly Group[] {
    return [...this.#groups.values()]
  }

  of(keys: readonly Cell[]): Group | undefined {
    return this.#groups.get(JSON.stringify(keys))
  }

  cellsOf({ keys, accumulators }: Group): readonly (readonly [slot: number, cell: Cell])[] {
    const { keys: keySlots, aggregates } = this.#fold
    return [
      ...keySlots.map(({ slot }, at) => [slot, keys[at] ?? null] as const),
      ...aggregates.map(({ slot }, at) => [slot, accumulators[at]?.result() ?? null] as const),
    ]
  }

  #groupOf(keys: readonly Cell[]): Group {
    const text = JSON.stringify(keys)
    const known = this.#groups.get(text)
    if (known !== undefined) return known
    const group = { keys, accumulators: this.#fold.aggregates.map(({ bound }) => bound.start()) }
    this.#groups.set(text, group)
    if (this.#groups.size > mostHeld.groups) throw heldTooMuch('groups')
    return group
  }
}

/** One of the values of each cell, in every combination; null of a cell without any. */
function combinationsOf(cells: readonly Cell[]): readonly (readonly Cell[])[] {
  let combinations: readonly (readonly Cell[])[] = [[]]
  for (const cell of cells) {
    const values: readonly Cell[] = cell === null ? [null] : [...new Set(singlesOf(cell))]
    if (combinations.length * values.length > mostHeld.groups) throw heldTooMuch('groups')
    combinations = combinations.flatMap((before) => values.map((value) => [...before, value]))
  }
  return combinations
}
