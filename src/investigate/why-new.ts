import type { AlertBody } from '#alert'
import { parseDate, parseDateMath } from '#base'
import { valuesOf, type FieldValue } from '#event'
import type { FilterPlan } from '#query'
import type { EventStore } from '#store'
import { textOf, textsOf } from './text-of.ts'
import type { Reading } from './reading.ts'

/** What a rule that looks for new values looks through. */
export interface NewTermsRule {
  readonly filter: FilterPlan
  readonly indices: readonly string[]
}

/** One combination of values in the history of a rule. */
export interface SeenValue {
  readonly value: readonly string[]
  /** Events that the rule's query matches. */
  readonly count: number
  readonly hosts: number
  readonly firstMs: number
  readonly lastMs: number
  /** Events by the stretch of the window in which they happened; the window has {@link bucketCount} of them. */
  readonly buckets: readonly number[]
}

/** Why the values of an alert are new, and how far that can be believed. */
export interface WhyNew {
  readonly fields: readonly string[]
  /** Where the history begins and ends, epoch milliseconds. */
  readonly window: { readonly fromMs: number; readonly toMs: number }
  readonly own: SeenValue
  /** The other values in the window, the most frequent first. */
  readonly others: readonly SeenValue[]
  readonly moreOthers: number
  /** The part of the window, from 0 to 1, in which the store holds events of the rule's indices. */
  readonly coverage: number
  /** The earliest such event, epoch milliseconds; undefined: there is none. */
  readonly historyFromMs: number | undefined
  /** When the history will be complete, epoch milliseconds; undefined: it is. */
  readonly completeAtMs: number | undefined
  /** Not all of the history was looked at: counts are at least these. */
  readonly isCut: boolean
}

/** Stretches in which the window is drawn. */
export const bucketCount = 60
const maxOthers = 5
const maxEvents = 100_000
const maxValues = 10_000
const maxHosts = 10_000

/** Reads the history again and tells what stands in it. Undefined for an alert that is about nothing new. */
export async function whyNew(
  alert: AlertBody,
  rule: NewTermsRule,
  { events, context, signal }: Reading,
): Promise<WhyNew | undefined> {
  const fields = textsOf(alert, 'kibana.alert.rule.parameters.new_terms_fields')
  const window = windowOf(alert)
  if (fields.length === 0 || window === undefined) return undefined
  const history = tally(window)
  const pages = events.search({
    indices: rule.indices,
    filter: rule.filter,
    context,
    time: { fields: { primary: '@timestamp' }, ...window },
    order: 'sequence',
    limit: maxEvents,
    ...(signal !== undefined && { signal }),
  })
  let looked = 0
  for await (const page of pages) {
    looked += page.length
    for (const { source } of page) {
      const ms = parseDate(textOf(source, '@timestamp'))
      if (ms === undefined) continue
      for (const value of combinationsOf(fields.map((field) => valuesOf(source, field)))) {
        history.add(value, { ms, host: textOf(source, 'host.name') })
      }
    }
  }
  const ownValue = textsOf(alert, 'kibana.alert.new_terms')
  const { own, others } = history.told(ownValue)
  const historyFromMs = await earliestOf(events, rule.indices)
  const lengthMs = Math.max(1, window.toMs - window.fromMs)
  const coveredMs = window.toMs - Math.max(window.fromMs, historyFromMs ?? window.toMs)
  return {
    fields,
    window,
    own,
    others: others.slice(0, maxOthers),
    moreOthers: Math.max(0, others.length - maxOthers),
    coverage: Math.max(0, coveredMs) / lengthMs,
    historyFromMs,
    completeAtMs:
      historyFromMs === undefined || historyFromMs <= window.fromMs
        ? undefined
        : historyFromMs + lengthMs,
    isCut: looked >= maxEvents || history.isCut(),
  }
}

/** From the beginning of the history to the event of the alert, as its rule saw them. */
function windowOf(alert: AlertBody): WhyNew['window'] | undefined {
  const toMs = parseDate(textOf(alert, 'kibana.alert.original_time'))
  const dueMs = parseDate(textOf(alert, 'kibana.alert.rule.execution.timestamp')) ?? toMs
  const start = textOf(alert, 'kibana.alert.rule.parameters.history_window_start')
  if (toMs === undefined || dueMs === undefined) return undefined
  const fromMs = parseDateMath(start, { nowMs: dueMs })
  return fromMs === undefined || fromMs >= toMs ? undefined : { fromMs, toMs }
}

function combinationsOf(
  valuesByField: readonly (readonly FieldValue[])[],
): readonly (readonly string[])[] {
  return valuesByField.reduce<readonly (readonly string[])[]>(
    (found, values) =>
      found.flatMap((one) => [...new Set(values.map(String))].map((value) => [...one, value])),
    [[]],
  )
}

function tally({ fromMs, toMs }: WhyNew['window']) {
  const seen = new Map<
    string,
    {
      readonly value: readonly string[]
      readonly hosts: Set<string>
      readonly buckets: number[]
      count: number
      firstMs: number
      lastMs: number
    }
  >()
  let isCut = false
  const emptyBuckets = (): number[] => Array.from({ length: bucketCount }, () => 0)
  return {
    isCut: () => isCut,
    add(value: readonly string[], { ms, host }: { readonly ms: number; readonly host: string }) {
      const key = JSON.stringify(value)
      let known = seen.get(key)
      if (known === undefined) {
        if (seen.size >= maxValues) {
          isCut = true
          return
        }
        known = {
          value,
          hosts: new Set(),
          buckets: emptyBuckets(),
          count: 0,
          firstMs: ms,
          lastMs: ms,
        }
        seen.set(key, known)
      }
      const share = (ms - fromMs) / Math.max(1, toMs - fromMs)
      const bucket = Math.min(bucketCount - 1, Math.max(0, Math.floor(share * bucketCount)))
      known.buckets[bucket] = (known.buckets[bucket] ?? 0) + 1
      known.count++
      known.firstMs = Math.min(known.firstMs, ms)
      known.lastMs = Math.max(known.lastMs, ms)
      if (known.hosts.size < maxHosts) known.hosts.add(host)
    },
    told(own: readonly string[]) {
      const key = JSON.stringify(own)
      const all = [...seen].map(([each, { hosts, ...rest }]) => ({
        key: each,
        value: { ...rest, hosts: hosts.size } satisfies SeenValue,
      }))
      const none: SeenValue = {
        value: own,
        count: 0,
        hosts: 0,
        firstMs: toMs,
        lastMs: toMs,
        buckets: emptyBuckets(),
      }
      return {
        own: all.find((each) => each.key === key)?.value ?? none,
        others: all
          .filter((each) => each.key !== key)
          .map(({ value }) => value)
          .toSorted((a, b) => b.count - a.count || b.lastMs - a.lastMs),
      }
    },
  }
}

async function earliestOf(
  events: EventStore,
  indices: readonly string[],
): Promise<number | undefined> {
  const concrete = new Set(await events.indicesWith(indices))
  const { indices: facts } = await events.facts()
  const firsts = facts.flatMap(({ index, firstMs }) =>
    concrete.has(index) && firstMs !== undefined ? [firstMs] : [],
  )
  return firsts.length === 0 ? undefined : Math.min(...firsts)
}
