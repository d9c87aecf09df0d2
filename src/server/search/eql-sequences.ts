import { Fault, parseDate } from '#base'
import { valuesOf, type EventSource } from '#event'
import {
  compareOrdinals,
  compileStages,
  filterOfStages,
  sequenceMachine,
  throughPipes,
  type FilterPlan,
  type JoinedPlan,
  type MatchContext,
  type SequenceMatch,
  type StagedEvent,
} from '#query'
import { documentsOf } from './documents.ts'
import type { FoundDocument } from './found-document.ts'
import { openBudget } from './limits.ts'
import type { SearchWorld } from './world.ts'

/** Sequences that are searched for. */
export interface SequencesWanted {
  readonly plan: Extract<JoinedPlan, { readonly kind: 'sequence' }>
  readonly indices: readonly string[]
  /** What events must satisfy beside the stages. */
  readonly filter: FilterPlan
  readonly context: MatchContext
  readonly timeField: string
  readonly tiebreakerField?: string
  readonly size: number
  /** Of more than `size` the last, or the first. */
  readonly fromEnd: boolean
  readonly signal: AbortSignal
}

/** Events that can play a part in one search. */
const maxStaged = 100_000

/** The sequences among stored events, by the place of their last event. Fault `too-large` where too many events can play a part. */
export async function sequencesOf(
  world: SearchWorld,
  wanted: SequencesWanted,
): Promise<readonly SequenceMatch<FoundDocument>[]> {
  const { plan, context, size, fromEnd } = wanted
  const machine = sequenceMachine<FoundDocument>(plan, { maxEvents: maxStaged })
  const found: SequenceMatch<FoundDocument>[] = []
  for (const event of await stagedOf(world, wanted)) {
    // Whatever comes before it has been given; what comes at the same millisecond may not have.
    found.push(...machine.advance(event.at.timeMs - 1), ...machine.push(event))
  }
  found.push(...machine.advance(context.nowMs))
  const sorted = found.toSorted((a, b) => compareOrdinals(a.lastAt, b.lastAt))
  const piped = throughPipes(sorted, plan.pipes)
  const isFromEnd = plan.pipes.length === 0 ? fromEnd : plan.pipes.at(-1)?.kind === 'tail'
  return isFromEnd ? throughPipes(piped, [], size) : piped.slice(0, size)
}

async function stagedOf(
  world: SearchWorld,
  { plan, indices, filter, context, timeField, tiebreakerField, signal }: SequencesWanted,
): Promise<readonly StagedEvent<FoundDocument>[]> {
  const stage = compileStages(plan, {
    ...context,
    timeMsOf: (source) => timeMsOf(source, timeField),
    ...(tiebreakerField !== undefined && { tiebreakerField }),
  })
  const meant: FilterPlan = { kind: 'and', of: [filterOfStages(plan), filter] }
  const budget = openBudget()
  const staged: StagedEvent<FoundDocument>[] = []
  for await (const page of documentsOf(world, { indices, filter: meant, context, signal })) {
    for (const document of page) {
      const found = stage({ source: document.source, sequence: document.place })
      if (found === undefined) continue
      budget.text(JSON.stringify(document.source).length)
      if (staged.length >= maxStaged) throw tooMany()
      staged.push({ ...found, event: document })
    }
  }
  return staged.toSorted((a, b) => compareOrdinals(a.at, b.at))
}

function tooMany(): Fault {
  return new Fault(
    'too-large',
    'search.too-many-events',
    `more than ${maxStaged} events can play a part in the sequence: narrow its stages, or the time by [filter]`,
  )
}

/** The first time of a field, epoch milliseconds. */
function timeMsOf(source: EventSource, field: string): number | undefined {
  const [value] = valuesOf(source, field)
  return typeof value === 'number' ? value : parseDate(String(value))
}
