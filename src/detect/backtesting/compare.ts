import type { Alert } from '#alert'
import { isJsonObject } from '#base'
import { backtestInStore } from './backtest-in-store.ts'
import type { Subject } from './subjects.ts'

/** What two texts of a rule make of the same past events. */
export interface Behaviour<T> {
  readonly before: BehaviourSide<T>
  readonly after: BehaviourSide<T>
  /** Alerts of the same events under both. */
  readonly both: number
}

/** What one of the two tells. */
export interface BehaviourSide<T> {
  /** Events that its query means. */
  readonly matched: number
  readonly alerts: number
  /** Alerts of events of which the other one raises none, in the order of their making. */
  readonly alone: readonly T[]
  /** It met more events or alerts than are looked at: what is alone may not be. */
  readonly isCut: boolean
}

/** So many alerts of each are told apart. */
const maxCompared = 20_000

type Options = Parameters<typeof backtestInStore>[1]

/** Executes both over the events of a store, one after the other; `tell` says what is kept of an alert. */
export async function compareInStore<T>(
  { before, after }: { readonly before: Subject; readonly after: Subject },
  options: Options,
  tell: (alert: Alert) => T,
): Promise<Behaviour<T>> {
  const was = await alertsOf(before, options, tell)
  const is = await alertsOf(after, options, tell)
  return {
    before: sideOf(was, is),
    after: sideOf(is, was),
    both: [...is.byEvents.keys()].filter((key) => was.byEvents.has(key)).length,
  }
}

interface Told<T> {
  readonly matched: number
  readonly alerts: number
  readonly isCut: boolean
  readonly byEvents: ReadonlyMap<string, T>
}

async function alertsOf<T>(
  subject: Subject,
  options: Options,
  tell: (alert: Alert) => T,
): Promise<Told<T>> {
  const byEvents = new Map<string, T>()
  const end = await backtestInStore(subject, options, {
    onRead: async () => undefined,
    async onProgress(_, alerts) {
      for (const alert of alerts) {
        if (byEvents.size < maxCompared) byEvents.set(eventsOf(alert), tell(alert))
      }
    },
  })
  const { matched, isCut, findings } = end
  return {
    matched,
    alerts: findings.alerts,
    isCut: isCut || findings.alerts > maxCompared || options.signal.aborted,
    byEvents,
  }
}

function sideOf<T>({ byEvents, ...own }: Told<T>, other: Told<T>): BehaviourSide<T> {
  const alone = [...byEvents].flatMap(([key, told]) => (other.byEvents.has(key) ? [] : [told]))
  return { ...own, alone }
}

/** Which events an alert is of: the same for the same events, whatever the text of the rule. */
function eventsOf({ id, body }: Alert): string {
  const ancestors = body['kibana.alert.ancestors']
  const events = Array.isArray(ancestors)
    ? ancestors.filter(isJsonObject).map(({ index, id: event }) => [index, event])
    : []
  // What counts events names none of them: its group and its time say which it means.
  const counted = body['kibana.alert.threshold_result']
  const key = counted === undefined ? events : [events, counted, body['kibana.alert.original_time']]
  return key.length === 0 ? id : JSON.stringify(key)
}
