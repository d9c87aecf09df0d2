import type { FieldName } from '#event'
import type { Surroundings } from './access-groups.ts'
import { askedColumns } from './asked-columns.ts'
import { classBook } from './class-book.ts'
import type { Column } from './column.ts'
import type { OpenFilter, RuleSetEntry } from './entry.ts'
import type { Findings } from './findings.ts'
import { graph, type Step } from './graph.ts'
import { knownSorts } from './known-sorts.ts'
import type { PredicateBook, ValuePredicate } from './predicate-book.ts'
import type { RuleSetOptions } from './rule-set-options.ts'
import type { SharedBook } from './shared-book.ts'
import { view, type View, type ViewAccount } from './view.ts'

/** The filters of one moment: a graph of guards, whose ends are made as documents first arrive at them. */
export interface CompiledFilters<Key> {
  /** Notes the filters that the open document satisfies. */
  match(): void
  /** Whether so many documents were met beyond what may be remembered that it is time to begin anew. */
  isOverrun(): boolean
  /** How a filter stands with documents of any sort, and with each sort met so far in which it is open. */
  accountOf(entry: RuleSetEntry<Key>): {
    readonly ofAnySort: ViewAccount | undefined
    readonly bySort: readonly (ViewAccount & { readonly satisfied: readonly number[] })[]
  }
}

/** What filters are compiled with. */
export interface CompiledWith<Key> extends SharedBook {
  readonly findings: Findings<Key>
  readonly options: RuleSetOptions
}

/** Documents that are the same to all guards. */
interface Sort<Key> extends Pick<Step<Key>, 'settled' | 'satisfied'> {
  readonly view: View<Key>
}

/** Compiles filters as far as can be done without seeing documents. Cost: that of looking at each leaf. */
export function compileFilters<Key>(
  entries: readonly RuleSetEntry<Key>[],
  { book, document, slots, findings, options }: CompiledWith<Key>,
): CompiledFilters<Key> {
  const classes = classBook(document, slots)
  /** Documents for which a graph had to grow although it may not. */
  let overruns = 0
  const upTo = (limit: number) => {
    let steps = 0
    return (): boolean => {
      const may = steps < limit
      if (may) steps++
      else overruns++
      return may
    }
  }
  const surroundings: Surroundings<Key> = {
    book,
    document,
    classes,
    findings,
    options,
    mayGrow: upTo(options.maxSteps),
  }
  const all = entries.map((entry) => ({ entry, condition: entry.condition }))
  const anySort: Sort<Key> = { settled: [], satisfied: [], view: view(all, surroundings) }
  const guards = graph(all, [], {
    mayGrow: upTo(options.maxSorts),
    classesFor: (open) => {
      const next = firstGuard(open, book, options.guards)
      return next === undefined ? undefined : classes(...next)
    },
  })
  const guardSlots = [...askedColumns(all, book).keys()]
    .filter(({ holds, field }) => holds === 'values' && options.guards.includes(field))
    .flatMap(({ slots }) => slots)
  const sorts = knownSorts<Sort<Key>>(document, slots, guardSlots)
  const known = new Map<Step<Key>, Sort<Key>>()

  /** The sort of the open document. Where the graph of guards may grow no further it is any sort. */
  const sortOf = (): Sort<Key> => {
    const remembered = sorts.end()
    if (remembered !== undefined) return remembered
    const end = guards.lead()
    if (end.classes !== undefined) return anySort
    const sort = known.get(end) ?? { ...end, view: view(end.open, surroundings) }
    known.set(end, sort)
    sorts.remember(sort)
    return sort
  }

  return {
    match() {
      const { settled, view } = sortOf()
      for (const entry of settled) findings.add(entry)
      view.match()
    },
    isOverrun: () => overruns > options.maxUnsorted,
    accountOf: (entry) => ({
      ofAnySort: anySort.view.accountOf(entry),
      bySort: [...known.values()].flatMap(({ satisfied, view }) => {
        const account = view.accountOf(entry)
        return account === undefined ? [] : [{ satisfied, ...account }]
      }),
    }),
  }
}

/** The guard that comes first of those about which filters ask, the index before all, and what they ask of it. */
function firstGuard<Key>(
  filters: readonly OpenFilter<Key>[],
  book: PredicateBook,
  guards: readonly FieldName[],
): readonly [Column, ReadonlySet<ValuePredicate>] | undefined {
  const asked = [...askedColumns(filters, book)]
  const index = asked.find(([{ holds }]) => holds === 'index')
  if (index !== undefined) return index
  for (const guard of guards) {
    const found = asked.find(([{ holds, field }]) => holds === 'values' && field === guard)
    if (found !== undefined) return found
  }
  return undefined
}
