import { maxAsked, type AskedClasses } from './asked-classes.ts'
import { askedColumns } from './asked-columns.ts'
import type { ClassBook } from './class-book.ts'
import type { ColumnClasses, DocumentClass } from './column-classes.ts'
import type { Column } from './column.ts'
import { isSatisfied } from './condition.ts'
import type { OpenFilter } from './entry.ts'
import type { Findings } from './findings.ts'
import { graph, type Graph } from './graph.ts'
import type { OpenDocument } from './open-document.ts'
import type { PredicateBook, ValuePredicate } from './predicate-book.ts'
import type { RuleSetOptions } from './rule-set-options.ts'

/** Filters parted by the reasons for which they are looked at. */
export interface AccessGroups {
  /** Notes what the open document matches, and what there was reason to look at. */
  match(): void
}

/** What all parts of a compiled rule set share. */
export interface Surroundings<Key> {
  readonly book: PredicateBook
  readonly document: OpenDocument
  readonly classes: ClassBook
  readonly findings: Findings<Key>
  readonly options: RuleSetOptions
  /** Whether a graph of a group may have one more step; asking takes it. */
  readonly mayGrow: () => boolean
}

/**
 * {@link AccessGroups}. `choiceFor` gives the predicates of which one must hold for a filter to hold, undefined where
 * nothing must. A filter with several is in several groups.
 */
export function accessGroups<Key>(
  filters: readonly OpenFilter<Key>[],
  choiceFor: (filter: OpenFilter<Key>) => readonly number[] | undefined,
  surroundings: Surroundings<Key>,
): AccessGroups {
  const { book, document, classes } = surroundings
  const always: OpenFilter<Key>[] = []
  const filtersByPredicate = new Map<number, OpenFilter<Key>[]>()
  const predicatesByColumn = new Map<Column, Set<ValuePredicate>>()
  for (const filter of filters) {
    const choice = choiceFor(filter)
    if (choice === undefined) always.push(filter)
    for (const number of choice ?? []) {
      const predicate = book.predicate(number)
      if (predicate.kind !== 'values') continue
      pushTo(filtersByPredicate, number, filter)
      const ofColumn = predicatesByColumn.get(predicate.column)
      if (ofColumn === undefined) predicatesByColumn.set(predicate.column, new Set([predicate]))
      else ofColumn.add(predicate)
    }
  }
  const groups = new Map<number, Group>()
  const groupOf = (predicate: number): Group => {
    const known = groups.get(predicate)
    if (known !== undefined) return known
    const fresh = group(filtersByPredicate.get(predicate) ?? [], [predicate], surroundings)
    groups.set(predicate, fresh)
    return fresh
  }
  const alwaysAsked = group(always, [], surroundings)
  const columns = [...predicatesByColumn].map(([column, predicates]) =>
    columnGroups(classes(column, predicates), groupOf),
  )
  const isAskedTogether = ({ classes: { column } }: ColumnGroups, place: number): boolean =>
    column.group >= 0 && place < maxAsked
  const together = columns.filter(isAskedTogether)
  const apart = columns.filter((column, place) => !isAskedTogether(column, place))
  const asked: AskedClasses = {
    pairs: Int32Array.from(
      together.flatMap(({ classes }) => [classes.number, classes.column.group]),
    ),
    found: new Int32Array(2 * together.length),
  }
  const matchIn = ({ classes, groupsFor }: ColumnGroups, number: number): void => {
    const found = classes.at(number) ?? classes.classOf()
    if (found.number !== 0) for (const each of groupsFor(found)) each.match()
  }
  return {
    match() {
      alwaysAsked.match()
      const count = document.classesOf(asked)
      for (let at = 0; at < 2 * count; at += 2) {
        const column = together[asked.found[at] ?? -1]
        if (column !== undefined) matchIn(column, asked.found[at + 1] ?? -1)
      }
      for (const column of apart) matchIn(column, -1)
    },
  }
}

/** Filters that are looked at for one reason. */
interface Group {
  match(): void
}

/** The groups that there is reason to look at by what one column holds. */
interface ColumnGroups {
  readonly classes: ColumnClasses
  groupsFor(found: DocumentClass): readonly Group[]
}

function columnGroups(classes: ColumnClasses, groupOf: (predicate: number) => Group): ColumnGroups {
  const byClass: (readonly Group[])[] = []
  const groupsFor = ({ satisfied }: DocumentClass) => [...satisfied].map(groupOf)
  return {
    classes,
    groupsFor(found) {
      if (found.number < 0) return groupsFor(found)
      return (byClass[found.number] ??= groupsFor(found))
    },
  }
}

function group<Key>(
  filters: readonly OpenFilter<Key>[],
  known: readonly number[],
  { book, document, classes, findings, mayGrow }: Surroundings<Key>,
): Group {
  const classesFor = (open: readonly OpenFilter<Key>[]): ColumnClasses | undefined => {
    const next = cheapestColumn(open, book)
    return next === undefined ? undefined : classes(...next)
  }
  const decided: Graph<Key> = graph(filters, known, { classesFor, mayGrow })
  const entries = filters.map(({ entry }) => entry)
  return {
    match() {
      for (const entry of entries) findings.look(entry)
      const { settled, open } = decided.lead()
      for (const entry of settled) findings.add(entry)
      // What the graph leaves open is asked of the document as a whole, or is more than there is room for.
      for (const { entry, condition } of open) {
        if (isSatisfied(condition, document.holds)) findings.add(entry)
      }
    },
  }
}

/** The column that is the cheapest to look at, of equal ones that of which most is asked; and what is asked of it. */
function cheapestColumn<Key>(
  filters: readonly OpenFilter<Key>[],
  book: PredicateBook,
): readonly [Column, ReadonlySet<ValuePredicate>] | undefined {
  const costOf = (predicates: ReadonlySet<ValuePredicate>): number =>
    Math.max(...[...predicates].map(({ number }) => book.costOf(number)))
  return [...askedColumns(filters, book)]
    .map(([column, predicates]) => ({ column, predicates, cost: costOf(predicates) }))
    .toSorted((a, b) => a.cost - b.cost || b.predicates.size - a.predicates.size)
    .map(({ column, predicates }) => [column, predicates] as const)
    .at(0)
}

function pushTo<Name, Value>(lists: Map<Name, Value[]>, name: Name, value: Value): void {
  const known = lists.get(name)
  if (known === undefined) lists.set(name, [value])
  else known.push(value)
}
