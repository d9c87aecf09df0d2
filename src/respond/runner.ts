import type { KeyObject } from 'node:crypto'
import { Fault, messageOf, readValues, type Clock, type Logger } from '#base'
import type { CollectionSpec, DocumentStore } from '#store'
import type { Action, Outcome } from './action.ts'
import { actionOf } from './actions.ts'
import type { CommandEnd } from './command.ts'
import type { Host } from './host.ts'
import { readOrder, type Order, type Refusal, type SignedOrder } from './order.ts'

/** What may be done on a host: look at things, or change them too. */
export type Level = 'look' | 'act'

/** Where the runner of a host tells the server what becomes of orders. */
export interface OrderReports {
  /** Whether the order is still wanted; from then on it cannot be cancelled. */
  begin(id: string): Promise<boolean>
  end(id: string, end: CommandEnd): Promise<void>
  /** It was not begun. `id` is undefined where the order cannot be believed. */
  refused(id: string | undefined, refusal: Refusal): Promise<void>
}

/** Which orders were begun here, for good: what keeps one from being run twice. */
export interface Journal {
  /** Writes that an order begins, on stable storage; false where it was begun before. */
  begin(order: Pick<Order, 'id' | 'expiresMs'>): Promise<boolean>
}

/** Obeys the orders of a server on one host, this or another: orders come the same way to both. */
export interface Runner {
  /** Checks an order, runs it, and reports; never rejects. */
  take(signed: SignedOrder): Promise<void>
  /** Ends what runs. */
  close(): Promise<void>
}

/** A {@link Runner}. */
export function createRunner({
  host,
  level,
  keys,
  journal,
  reports,
  clock,
  logger,
}: {
  readonly host: Host
  readonly level: Level
  readonly keys: ReadonlyMap<string, KeyObject>
  readonly journal: Journal
  readonly reports: OrderReports
  readonly clock: Clock
  readonly logger: Logger
}): Runner {
  const stop = new AbortController()
  const running = new Set<Promise<void>>()

  const obey = async (signed: SignedOrder): Promise<void> => {
    const read = readOrder(signed, { keys, hostId: host.id, nowMs: clock.nowMs() })
    if (!read.ok) return reports.refused(idOfExpired(signed, read.error), read.error)
    const order = read.value
    const checked = checkedBy(order, level)
    if ('code' in checked) return reports.refused(order.id, checked)
    if (!(await reports.begin(order.id))) return undefined
    if (!(await journal.begin(order))) {
      const reason = 'it was begun before: an order runs once'
      return reports.refused(order.id, { code: 'replayed', reason })
    }
    return reports.end(order.id, await ended(checked, order))
  }

  const ended = async ({ action, values }: Checked, order: Order): Promise<CommandEnd> => {
    const over = new AbortController()
    const signal = AbortSignal.any([over.signal, stop.signal])
    const context = { host, nowMs: () => clock.nowMs(), signal }
    const { promise: late, resolve } = Promise.withResolvers<'late'>()
    const timer = new AbortController()
    clock.sleep(action.timeoutMs, AbortSignal.any([timer.signal, stop.signal])).then(
      () => resolve('late'),
      () => undefined,
    )
    try {
      const work = order.isDryRun ? action.preview(values, context) : action.run(values, context)
      const outcome = await Promise.race([work, late, stopped(stop.signal)])
      if (outcome !== 'late') return endOf(outcome)
      const summary = `it took more than ${action.timeoutMs / 1_000} s; whether it took effect is not known: look`
      return { state: 'timed_out', summary, parts: [] }
    } catch (thrown) {
      return { state: 'failed', summary: messageOf(thrown), parts: [] }
    } finally {
      timer.abort()
      over.abort()
    }
  }

  return {
    async take(signed) {
      const work = obey(signed).catch((thrown: unknown) =>
        logger.error('an order was not seen through', { reason: messageOf(thrown) }),
      )
      running.add(work)
      await work
      running.delete(work)
    },
    async close() {
      stop.abort(
        new Fault('unavailable', 'respond.stopping', 'the program that runs it is stopping'),
      )
      await Promise.all(running)
    },
  }
}

/** Of an order that came too late the id can be believed: it was signed. */
function idOfExpired({ text }: SignedOrder, { code }: Refusal): string | undefined {
  if (code !== 'expired' && code !== 'from-the-future') return undefined
  const { id }: { readonly id?: unknown } = JSON.parse(text)
  return typeof id === 'string' ? id : undefined
}

interface Checked {
  readonly action: Action
  readonly values: Order['values']
}

function checkedBy({ action: id, values: given }: Order, level: Level): Checked | Refusal {
  const action = actionOf(id)
  if (action === undefined) {
    return { code: 'unknown-action', reason: `this version knows no action ${id}` }
  }
  if (level === 'look' && !action.changesNothing) {
    return {
      code: 'not-allowed',
      reason: `this host only lets itself be looked at, and ${id} changes it`,
    }
  }
  const values = readValues(action.parameters, given)
  return values.ok
    ? { action, values: values.value }
    : { code: 'malformed', reason: values.error.join('; ') }
}

function endOf({ summary, parts }: Outcome): CommandEnd {
  return { state: 'done', summary, parts }
}

function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const refuse = () => reject(signal.reason)
    if (signal.aborted) refuse()
    else signal.addEventListener('abort', refuse, { once: true })
  })
}

type KeptOrder = { readonly expires_ms: number }
const journalCollection: CollectionSpec<KeptOrder> = {
  name: 'begun_orders',
  keys: { expires_ms: ({ expires_ms: ms }) => ms },
}
const forgottenAtOnce = 1_000

/** A {@link Journal} in a store. Orders that no clock could still take for good are forgotten. */
export function storedJournal(documents: DocumentStore, clock: Clock): Journal {
  const begun = documents.collection(journalCollection)
  return {
    async begin({ id, expiresMs }) {
      const to = clock.nowMs() - 86_400_000
      const where = [{ key: 'expires_ms', to }]
      for (const old of (await begun.find({ where, limit: forgottenAtOnce })).items) {
        await begun.delete(old.id)
      }
      const [isNew = false] = await begun.create([{ id, body: { expires_ms: expiresMs } }])
      return isNew
    },
  }
}
