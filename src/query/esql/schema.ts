import { nameGlob, type FieldName } from '#event'
import type { EsqlName } from './ast.ts'
import type { EsqlType } from './cell.ts'

/** A column as rows hold it. */
export interface Column {
  readonly name: string
  readonly type: EsqlType
  /** Where in a row its cells lie. */
  readonly slot: number
  /** The field whose values it holds, as stored; of METADATA none. */
  readonly field?: FieldName
}

/**
 * The columns that rows have at one place of a query, in their order, and, while rows are still documents whose
 * fields nobody has listed, which further fields are columns too. Immutable.
 */
export class Schema {
  readonly columns: readonly Column[]
  /** Whether a field that is no column yet may become one by being named; undefined: none. */
  readonly further: ((name: string) => boolean) | undefined

  constructor(columns: readonly Column[], further?: (name: string) => boolean) {
    this.columns = columns
    this.further = further
  }

  column(name: string): Column | undefined {
    return this.columns.find((column) => column.name === name)
  }

  /** With these columns at the end, in place of those of the same names. */
  with(added: readonly Column[]): Schema {
    const names = new Set(added.map(({ name }) => name))
    const last = added.filter(
      ({ name }, at) => added.findLastIndex((other) => other.name === name) === at,
    )
    return new Schema(
      [...this.columns.filter(({ name }) => !names.has(name)), ...last],
      this.further,
    )
  }

  /** Those that KEEP names, in its order: a whole name before a pattern, `*` last, of two alike the later. */
  keeping(names: readonly EsqlName[]): Schema {
    const patterns = names.map(({ name }) => ({
      test: nameGlob(name),
      rank: name === '*' ? 0 : name.includes('*') ? 1 : 2,
    }))
    const placeOf = (name: string): number => {
      let best = -1
      for (const [at, { test, rank }] of patterns.entries()) {
        if (test(name) && rank >= (patterns[best]?.rank ?? 0)) best = at
      }
      return best
    }
    const placed = this.columns.map((column) => ({ column, place: placeOf(column.name) }))
    const kept = placed.filter(({ place }) => place >= 0).toSorted((a, b) => a.place - b.place)
    const { further } = this
    const wide = patterns.filter(({ rank }) => rank < 2)
    return new Schema(
      kept.map(({ column }) => column),
      further && wide.length > 0
        ? (name) => further(name) && wide.some(({ test }) => test(name))
        : undefined,
    )
  }

  /** Without those that DROP names. */
  dropping(names: readonly EsqlName[]): Schema {
    const tests = names.map(({ name }) => nameGlob(name))
    const goes = (name: string) => tests.some((test) => test(name))
    const { further } = this
    return new Schema(
      this.columns.filter(({ name }) => !goes(name)),
      further && ((name) => further(name) && !goes(name)),
    )
  }

  /** With a column under another name, in its place; one that had that name is gone. */
  renaming(from: string, to: string): Schema {
    if (from === to) return this
    const columns = this.columns
      .filter(({ name }) => name !== to)
      .map((column) => (column.name === from ? { ...column, name: to } : column))
    const { further } = this
    return new Schema(columns, further && ((name) => name !== from && name !== to && further(name)))
  }
}
