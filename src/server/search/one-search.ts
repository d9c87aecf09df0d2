import type { JsonValue } from '#base'
import { demandIndices, type SearchCall } from './call.ts'
import { continuationOf } from './continuation.ts'
import { openBudget } from './limits.ts'
import { readSearch, type SearchPlan } from './read/read-search.ts'
import { runSearch, type SearchOutcome } from './run-search.ts'

/** What a search is, before it is read. */
export interface AskedSearch {
  readonly indices: readonly string[]
  readonly body: JsonValue | undefined
  readonly query: URLSearchParams
  readonly upToSequence?: number
}

/** Reads a search and runs it. Faults: `invalid`, and `not-found` for an index or a point in time. */
export async function oneSearch(
  call: Pick<SearchCall, 'world' | 'fields' | 'signal' | 'isAsked'>,
  asked: AskedSearch,
): Promise<{ readonly plan: SearchPlan; readonly outcome: SearchOutcome }> {
  const { world, fields, signal } = call
  const budget = openBudget()
  const nowMs = world.clock.nowMs()
  const plan = readSearch(asked.body, asked.query, { fields, nowMs, budget })
  const pit = plan.pit === undefined ? undefined : continuationOf(plan.pit, 'pit')
  const indices = pit?.indices ?? asked.indices
  if (pit === undefined) await demandIndices(call, indices)
  const upToSequence = pit?.upToSequence ?? asked.upToSequence
  const outcome = await runSearch(
    world,
    plan,
    { indices, signal, ...(upToSequence !== undefined && { upToSequence }) },
    { context: { fields, nowMs }, budget },
  )
  return { plan, outcome }
}
