import type { CollectionSpec, DocumentStore, Versioned } from '#store'
import type { AlertNote } from './connector.ts'

/** A message on its way: it waits to be sent, or nobody takes it. */
export interface Delivery {
  readonly id: string
  readonly channelId: string
  readonly state: 'waiting' | 'dead'
  /** The first hundred. */
  readonly alerts: readonly AlertNote[]
  readonly count: number
  readonly attempts: number
  readonly sinceMs: number
  readonly dueMs: number
  /** Why the last attempt failed; empty: there was none. */
  readonly problem: string
}

/** Messages on their way, on stable storage: a server that ends tells later what it had not told. */
export interface DeliveryQueue {
  /** Puts an alert in line: into the message of its channel that waits for its group, or a new one. False where the line is full. */
  add(
    channelId: string,
    alert: AlertNote,
    at: { readonly nowMs: number; readonly dueMs: number },
  ): Promise<boolean>
  /** What is due, the longest due first. */
  due(nowMs: number, limit: number): Promise<readonly Delivery[]>
  /** When the next is due; undefined where none waits. */
  nextDueMs(): Promise<number | undefined>
  /** Messages that nobody takes or took yet, newest first. */
  list(limit: number): Promise<readonly Delivery[]>
  get(id: string): Promise<Delivery | undefined>
  sent(id: string): Promise<boolean>
  failed(
    id: string,
    how: { readonly problem: string; readonly dueMs: number | undefined },
  ): Promise<void>
  /** Tries a dead one again, from the beginning. */
  revive(id: string, nowMs: number): Promise<boolean>
}

/** As kept. Types and not interfaces: what is stored is a JSON object. */
type KeptAlert = { readonly [K in keyof AlertNote]: AlertNote[K] }
type KeptDelivery = {
  readonly channel_id: string
  readonly state: 'waiting' | 'dead'
  readonly alerts: readonly KeptAlert[]
  readonly count: number
  readonly attempts: number
  readonly since_ms: number
  readonly due_ms: number
  readonly problem: string
}

const deliveryCollection: CollectionSpec<KeptDelivery> = {
  name: 'notify_deliveries',
  keys: {
    channel_id: ({ channel_id: id }) => id,
    state: ({ state }) => state,
    due_ms: ({ due_ms: ms }) => ms,
    since_ms: ({ since_ms: ms }) => ms,
  },
}

/** Messages of one channel that wait or are dead; beyond that nothing more is taken in. */
const maxOfChannel = 1_000
const maxNoted = 100

/** The {@link DeliveryQueue} of a store; this process alone writes it. */
export function deliveryQueue(documents: DocumentStore, newId: () => string): DeliveryQueue {
  const kept = documents.collection(deliveryCollection)
  return {
    async add(channelId, alert, { nowMs, dueMs }) {
      const where = [{ key: 'channel_id', in: [channelId] }]
      // What waits for a group or for the morning takes in what comes meanwhile.
      const { items } = await kept.find({
        where,
        sort: { key: 'since_ms', direction: 'desc' },
        limit: 10,
      })
      const open = items.find(({ body }) => body.attempts === 0 && body.due_ms > nowMs)
      if (open !== undefined) {
        await kept.update(open.id, (body) => ({
          ...body,
          count: body.count + 1,
          alerts: body.alerts.length < maxNoted ? [...body.alerts, { ...alert }] : body.alerts,
          // The most urgent of a group says when.
          due_ms: Math.min(body.due_ms, dueMs),
        }))
        return true
      }
      if ((await kept.count(where)) >= maxOfChannel) return false
      const body: KeptDelivery = {
        channel_id: channelId,
        state: 'waiting',
        alerts: [{ ...alert }],
        count: 1,
        attempts: 0,
        since_ms: nowMs,
        due_ms: dueMs,
        problem: '',
      }
      await kept.create([{ id: newId(), body }])
      return true
    },
    async due(nowMs, limit) {
      const where = [
        { key: 'state', in: ['waiting'] },
        { key: 'due_ms', to: nowMs },
      ]
      const { items } = await kept.find({ where, sort: { key: 'due_ms', direction: 'asc' }, limit })
      return items.map(deliveryOf)
    },
    async nextDueMs() {
      const where = [{ key: 'state', in: ['waiting'] }]
      const { items } = await kept.find({
        where,
        sort: { key: 'due_ms', direction: 'asc' },
        limit: 1,
      })
      return items[0]?.body.due_ms
    },
    async list(limit) {
      const { items } = await kept.find({ sort: { key: 'since_ms', direction: 'desc' }, limit })
      return items.map(deliveryOf)
    },
    async get(id) {
      const found = await kept.get(id)
      return found && deliveryOf(found)
    },
    sent: (id) => kept.delete(id),
    async failed(id, { problem, dueMs }) {
      await kept.update(id, (body) => ({
        ...body,
        attempts: body.attempts + 1,
        problem: problem.slice(0, 1_000),
        state: dueMs === undefined ? 'dead' : 'waiting',
        due_ms: dueMs ?? body.due_ms,
      }))
    },
    async revive(id, nowMs) {
      const revived = await kept.update(id, (body) => ({
        ...body,
        state: 'waiting',
        attempts: 0,
        due_ms: nowMs,
      }))
      return revived !== undefined
    },
  }
}

function deliveryOf({ id, body }: Versioned<KeptDelivery>): Delivery {
  return {
    id,
    channelId: body.channel_id,
    state: body.state,
    alerts: body.alerts,
    count: body.count,
    attempts: body.attempts,
    sinceMs: body.since_ms,
    dueMs: body.due_ms,
    problem: body.problem,
  }
}
