import { parseDateMath } from '#base'
import { newTermsAlertId } from '#alert'
import type { NewTermsParams } from '#rule'
import type { Combination } from '../../first-seen/combination.ts'
import type { FirstSeen } from '../../first-seen/first-seen-history.ts'
import type { TermField } from '../../first-seen/term.ts'
import type { Candidate, WindowSearch } from '../../rule-type.ts'
import { combinationsIn, type CountedCombination } from './combinations-in.ts'

/** A new_terms rule's parameters with the ways to read its fields. */
export interface NewTermsQuestion {
  readonly params: NewTermsParams
  readonly fields: readonly TermField[]
}

/** So many combinations of a window are held and looked up at a time. */
const combinationsAtATime = 10_000

/**
 * The new combinations of a window: those whose first event since the start of history lies after the
 * window's beginning. Of one field the most frequent first, of several in the order of their values.
 */
export async function* newTermsCandidates(
  search: WindowSearch,
  question: NewTermsQuestion,
): AsyncGenerator<readonly Candidate[]> {
  let after: Combination | undefined
  let hasMore = true
  for (;;) {
    search.noteSearch('findAllTerms')
    if (!hasMore) return
    const page = await combinationsIn(search, question.fields, {
      limit: combinationsAtATime,
      after,
    })
    if (page.combinations.length === 0) return
    hasMore = page.hasMore
    after = page.combinations.at(-1)
    search.noteSearch('findNewTerms')
    const fresh = await newAmong(search, question, page.combinations)
    if (fresh.length === 0) continue
    const ordered = question.fields.length === 1 ? fresh.toSorted(byCount) : fresh
    const chunk = 5 * search.maxAlerts
    for (let at = 0; at < ordered.length; at += chunk) {
      search.noteSearch('findDocuments')
      yield await candidatesOf(search, ordered.slice(at, at + chunk))
    }
  }
}

/** A combination that is new in a window, and its oldest event. */
export interface NewCombination {
  readonly combination: Combination
  readonly first: FirstSeen
}

type CountedNewCombination = NewCombination & { readonly count: number }

function byCount(a: CountedNewCombination, b: CountedNewCombination): number {
  return b.count - a.count
}

async function newAmong(
  search: WindowSearch,
  question: NewTermsQuestion,
  combinations: readonly CountedCombination[],
): Promise<readonly CountedNewCombination[]> {
  const { fresh } = await search.history.firstSeen(search, {
    fields: question.fields,
    combinations,
    historyStartMs: historyStartOf(search, question.params),
    knownUntilMs: search.window.fromMs,
  })
  return combinations.flatMap((combination) => {
    const first = fresh.get(combination.key)
    return first === undefined ? [] : [{ combination, first, count: combination.count }]
  })
}

/** Where a window's history begins, epoch milliseconds: relative to the window's end. */
export function historyStartOf({ window }: WindowSearch, params: NewTermsParams): number {
  // An unreadable start was refused before the execution began.
  return parseDateMath(params.historyWindowStart, { nowMs: window.toMs }) ?? window.fromMs
}

/** The candidates of new combinations, with their oldest events; events that retention took are left out. */
export async function candidatesOf(
  search: WindowSearch,
  found: readonly NewCombination[],
): Promise<readonly Candidate[]> {
  const candidates = await Promise.all(
    found.map(async ({ combination: { terms }, first }): Promise<readonly Candidate[]> => {
      const event = await search.reader.get(first.index, first.id)
      if (event === undefined) return []
      const alertId = newTermsAlertId(event, terms, search.owner)
      return [{ event, eventMs: first.ms, alertId, extras: { 'kibana.alert.new_terms': terms } }]
    }),
  )
  return candidates.flat()
}
