import { parseDate } from '#base'
import { firstValueOf, type EventDocument, type EventSource } from '#event'
import type { FilterPlan } from '#query'
import { indicatorIdField, validUntilField } from '../../intel/indicator-event.ts'
import type { WindowSearch } from '../../rule-type.ts'
import { valueReader } from './field-keys.ts'
import { holdsFields, type ThreatQuestion } from './threat-question.ts'

/**
 * The indicators of a rule that have what its mapping asks for, in pages, in the order in which they were
 * stored. Their age does not matter, unless the rule's own query says so or they have expired.
 */
export async function* indicatorsOf(
  search: WindowSearch,
  question: ThreatQuestion,
  narrowing: FilterPlan = { kind: 'all' },
): AsyncGenerator<readonly EventDocument[]> {
  const { lookUps, context, signal } = search
  const pages = lookUps.search({
    indices: question.params.threatIndex,
    filter: {
      kind: 'and',
      of: [question.indicatorFilter, holdsFields(question, 'value'), narrowing],
    },
    context,
    signal,
    order: 'sequence',
  })
  for await (const page of pages) {
    const valid = page.filter(({ source }) => !hasExpired(source, context.nowMs))
    if (valid.length > 0) yield valid
  }
}

const validUntil = valueReader([validUntilField])

/** Whether an indicator says that it was good for a time that is over. */
export function hasExpired(source: EventSource, nowMs: number): boolean {
  const [until] = validUntil(source)
  const untilMs = typeof until === 'string' ? parseDate(until) : undefined
  return untilMs !== undefined && untilMs <= nowMs
}

/** The same for all renewals of one indicator, different for different ones. */
export function identityOf({ source, index, id }: EventDocument): string {
  const own = firstValueOf(source, indicatorIdField)
  return own === undefined ? JSON.stringify([index, id]) : String(own)
}
