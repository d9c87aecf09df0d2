import { accessGroups, type AccessGroups, type Surroundings } from './access-groups.ts'
import { isSatisfied, type Condition } from './condition.ts'
import type { OpenFilter, RuleSetEntry } from './entry.ts'
import { learnedAccess } from './learned-access.ts'

/** The filters that documents of one sort may match, and how these are found. */
export interface View<Key> {
  /** Notes what the open document matches. */
  match(): void
  /** How a filter stands here; undefined for one that no document of the sort can match. */
  accountOf(entry: RuleSetEntry<Key>): ViewAccount | undefined
}

/** How a filter is found among documents of one sort. */
export interface ViewAccount {
  /** Documents of the sort seen so far. */
  readonly documents: number
  /** What is left of the filter. */
  readonly left: Condition
  /** Predicates of which one must hold for the filter to be looked at; undefined: it always is. */
  readonly access: readonly number[] | undefined
}

/** A {@link View}. */
export function view<Key>(
  filters: readonly OpenFilter<Key>[],
  surroundings: Surroundings<Key>,
): View<Key> {
  const { book, document, findings, options } = surroundings
  const access = learnedAccess(filters, { book, document, guards: options.guards })
  let seen = 0
  let groups: AccessGroups | undefined

  const learn = (): void => {
    for (const { entry, condition } of filters) {
      if (isSatisfied(condition, document.holds)) findings.add(entry)
    }
    access.look()
    groups = undefined
  }

  return {
    match() {
      if (filters.length === 0) return
      const at = seen++
      for (const { from, documents } of options.lessons) {
        if (at >= from && at < from + documents) return learn()
      }
      groups ??= accessGroups(filters, access.choiceFor, surroundings)
      groups.match()
    },
    accountOf(entry) {
      const filter = filters.find((filter) => filter.entry === entry)
      if (filter === undefined) return undefined
      return { documents: seen, left: filter.condition, access: access.choiceFor(filter) }
    },
  }
}
