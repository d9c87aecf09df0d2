import type { ColumnClasses, DocumentClass } from './column-classes.ts'
import { withKnown } from './condition.ts'
import type { OpenFilter, RuleSetEntry } from './entry.ts'

/** What is known of the documents that come to one place of a graph, and what is to be looked at next. */
export interface Step<Key> {
  /** The filters that are settled by then: they match. */
  readonly settled: readonly RuleSetEntry<Key>[]
  /** The filters that are still open, as far as they are. */
  readonly open: readonly OpenFilter<Key>[]
  /** The predicates known to hold, of those that were looked at. */
  readonly satisfied: readonly number[]
  /** By what documents are parted here; undefined at an end. */
  readonly classes: ColumnClasses | undefined
  readonly nextByClass: (Step<Key> | undefined)[]
}

/** Decides about open filters by one column after the other. Steps are made when a document first comes to them. */
export interface Graph<Key> {
  /** Leads the open document as far as the graph goes: to an end, or to a step from which it may grow no further. */
  lead(): Step<Key>
}

/** Of what graphs are made. */
export interface GraphPlan<Key> {
  /** The classes by which documents are best parted next for these filters; undefined where nothing is to be looked at. */
  readonly classesFor: (open: readonly OpenFilter<Key>[]) => ColumnClasses | undefined
  /** Whether there may be one more step; asking takes it. */
  readonly mayGrow: () => boolean
}

/** A {@link Graph} that begins with some filters, some predicates being known to hold. */
export function graph<Key>(
  filters: readonly OpenFilter<Key>[],
  known: readonly number[],
  { classesFor, mayGrow }: GraphPlan<Key>,
): Graph<Key> {
  const stepWith = (
    before: Pick<Step<Key>, 'settled' | 'open'>,
    truth: (predicate: number) => boolean | undefined,
    satisfied: readonly number[],
  ): Step<Key> => {
    const settled = [...before.settled]
    const open: OpenFilter<Key>[] = []
    for (const { entry, condition } of before.open) {
      const left = withKnown(condition, truth)
      if (!entry.isLive || left.kind === 'never') continue
      if (left.kind === 'always') settled.push(entry)
      else open.push({ entry, condition: left })
    }
    return { settled, open, satisfied, classes: classesFor(open), nextByClass: [] }
  }

  const after = (step: Step<Key>, classes: ColumnClasses, found: DocumentClass): Step<Key> =>
    stepWith(step, (predicate) => classes.known(found, predicate), [
      ...step.satisfied,
      ...found.satisfied,
    ])

  const root = stepWith(
    { settled: [], open: filters },
    (predicate) => known.includes(predicate) || undefined,
    known,
  )

  return {
    lead() {
      let step = root
      while (true) {
        const { classes, nextByClass } = step
        if (classes === undefined) return step
        const found = classes.classOf()
        if (found.number < 0) return step
        let next = nextByClass[found.number]
        if (next === undefined) {
          if (!mayGrow()) return step
          next = after(step, classes, found)
          nextByClass[found.number] = next
        }
        step = next
      }
    },
  }
}
