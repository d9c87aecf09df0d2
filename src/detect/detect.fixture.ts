import { manualClock, silentLogger, type JsonObject, type ManualClock } from '#base'
import { ruleFromWire, type InstalledRule, type Rule } from '#rule'
import { acceptedEvents, memoryStore, type AcceptedEvent, type Store } from '#store'
import type { EngineOptions } from './engine-options.ts'
import { createEngine, type Engine } from './engine.ts'

/** Noon of an ordinary day: where tests begin. */
export const noonMs = Date.UTC(2026, 2, 2, 12)

/** A minute, in milliseconds. */
export const minuteMs = 60_000

/** A rule of a wire form; what it leaves out is made up. Throws with what is wrong. */
export function ruleOf(members: JsonObject): Rule {
  const { rule, diagnostics } = ruleFromWire({
    rule_id: 'rule',
    name: 'A rule',
    description: 'For a test.',
    type: 'query',
    query: '*',
    language: 'kuery',
    severity: 'low',
    risk_score: 21,
    from: 'now-9m',
    interval: '5m',
    index: ['logs-*'],
    enabled: true,
    ...members,
  })
  if (rule === undefined) throw new Error(JSON.stringify(diagnostics))
  return rule
}

/** The same rule as installed, under an id that its `rule_id` decides. */
export function installedOf(members: JsonObject): InstalledRule {
  const rule = ruleOf(members)
  const at = new Date(noonMs).toISOString()
  return {
    uuid: `uuid of ${rule.ruleId}`,
    rule,
    revision: 0,
    immutable: false,
    createdAt: at,
    createdBy: 'test',
    updatedAt: at,
    updatedBy: 'test',
  }
}

/** An engine over an empty memory store, its clock at noon. */
export interface Bench {
  readonly engine: Engine
  readonly clock: ManualClock
  readonly store: Store
  /** Stores events at minutes after noon, and gives them back. */
  add(...events: readonly BenchEvent[]): Promise<readonly AcceptedEvent[]>
  /** Moves the clock to minutes after noon, a minute at a time, letting executions end. */
  advance(toMinutes: number): Promise<void>
  /** Ids of all stored alerts, sorted. */
  alertIds(): Promise<readonly string[]>
}

/** Members of an event, with `at` in minutes after noon for its `@timestamp`; without `eventId` the store gives it one. */
export type BenchEvent = JsonObject & { readonly at?: number; readonly eventId?: string }

/** A {@link Bench}; with a store and a clock it goes on where another one stopped. */
export function benchOf(
  options: Partial<EngineOptions> = {},
  before?: Pick<Bench, 'store' | 'clock'>,
): Bench {
  const clock = before?.clock ?? manualClock(noonMs)
  const store = before?.store ?? memoryStore({ clock })
  let uuids = 0
  const engine = createEngine({
    store,
    clock,
    logger: silentLogger,
    newUuid: () => `rule-${++uuids}`,
    ...options,
  })
  return {
    engine,
    clock,
    store,
    async add(...events) {
      const documents = events.map(({ at, eventId, ...source }) => ({
        index: 'logs-test-default',
        ...(eventId === undefined ? {} : { id: eventId }),
        source: {
          ...(at === undefined
            ? {}
            : { '@timestamp': new Date(noonMs + at * minuteMs).toISOString() }),
          ...source,
        },
      }))
      const outcomes = await store.events.append(documents)
      return acceptedEvents(documents, outcomes)
    },
    async advance(toMinutes) {
      const targetMs = noonMs + toMinutes * minuteMs
      while (clock.nowMs() < targetMs) {
        await clock.advanceTo(Math.min(targetMs, clock.nowMs() + minuteMs))
        await settled(engine)
      }
    },
    async alertIds() {
      const { items } = await engine.alerts.list({ parts: 'all', limit: 10_000 })
      return items.map(({ id }) => id).toSorted()
    },
  }
}

/** Resolves once no execution is running, and none is about to. */
export async function settled(engine: Engine): Promise<void> {
  for (let quiet = 0; quiet < 3;) {
    await new Promise((resolve) => setImmediate(resolve))
    quiet = engine.facts().runningExecutions === 0 ? quiet + 1 : 0
  }
}

/** The same store, failing at every write of one collection, or of all, after so many. */
export function breaking(
  store: Store,
  writes: number,
  which: 'alerts' | 'everything' = 'alerts',
): Store {
  let left = writes
  const allowed = async (): Promise<void> => {
    if (left-- <= 0) throw new Error('the disk is gone')
  }
  return {
    ...store,
    documents: {
      ...store.documents,
      collection(spec) {
        const inner = store.documents.collection(spec)
        if (which === 'alerts' && spec.name !== 'alerts') return inner
        return {
          ...inner,
          create: (documents) => allowed().then(() => inner.create(documents)),
          put: (id, body, options) => allowed().then(() => inner.put(id, body, options)),
          update: (id, change) => allowed().then(() => inner.update(id, change)),
          delete: (id) => allowed().then(() => inner.delete(id)),
        }
      },
    },
  }
}

/** Puts an exception on a field's value into the list `l`, or takes it out again. */
export async function exceptWhen(
  { engine: { exceptions } }: Pick<Bench, 'engine'>,
  isExcepted: boolean,
  { field, value }: { readonly field: string; readonly value: string },
): Promise<void> {
  const list = { listId: 'l', name: 'l', type: 'detection', namespaceType: 'single' } as const
  await exceptions.putList({ ...list, unknown: {} })
  if (!isExcepted) {
    await exceptions.removeItem('i')
    return
  }
  await exceptions.putItem({
    itemId: 'i',
    listId: 'l',
    name: 'i',
    entries: [{ type: 'match', field, operator: 'included', value }],
    osTypes: [],
    unknown: {},
  })
}
