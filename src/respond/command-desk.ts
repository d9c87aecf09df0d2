import { Fault, messageOf, readValues, type Clock, type JsonObject, type Logger } from '#base'
import type { OutputPart } from './action.ts'
import { actionOf } from './actions.ts'
import type { CommandBook, CommandQuery } from './command-book.ts'
import { isOver, type Command } from './command.ts'
import type { Need } from './host.ts'
import { orderLifeMs, signOrder, type SignedOrder, type SigningKey } from './order.ts'
import type { Level, OrderReports } from './runner.ts'

/** The way to the runner of one host. */
export interface HostLink {
  readonly hostId: string
  readonly hostName: string
  readonly level: Level
  obstacle(need: Need): Promise<string | undefined>
  /** Hands an order over; resolves when it has arrived. Rejects where the host is not there now. */
  deliver(order: SignedOrder): Promise<void>
}

/** What somebody wants done. */
export interface CommandRequest {
  readonly action: string
  readonly values: JsonObject
  readonly hostId: string
  readonly isDryRun: boolean
  readonly who: string
  readonly role: string
  readonly why: string
  readonly alertId?: string | undefined
}

/** Where commands are given, followed and cancelled. */
export interface CommandDesk {
  readonly hosts: () => readonly HostLink[]
  /** Faults: `invalid` with every problem of the parameters, `not-found` for the host, `forbidden` where the host does not let it, `rate-limited`. */
  give(request: CommandRequest): Promise<Command>
  /** Faults: `not-found`; `conflict` where it runs already or is over. */
  cancel(id: string, who: string): Promise<Command>
  get(id: string): Promise<Command | undefined>
  outputOf(id: string): Promise<readonly OutputPart[]>
  list(query: CommandQuery): Promise<readonly Command[]>
  /** Where runners report. */
  readonly reports: OrderReports
  /**
   * A host is there, its runner begun anew: what it ran is over and nobody knows how, what it was given and had not begun is given again.
   * The function given back says that it is gone.
   */
  connect(link: HostLink): Promise<() => void>
  close(): Promise<void>
}

/** Commands of one host that are not over. */
const mostOpen = 100
const expiryEveryMs = 15_000
/** What a runner needs beyond the time of the action to say so. */
const reportGraceMs = 60_000

/** A {@link CommandDesk}. */
export function commandDesk({
  book,
  key,
  clock,
  logger,
  newId,
  onMoved,
}: {
  readonly book: CommandBook
  readonly key: SigningKey
  readonly clock: Clock
  readonly logger: Logger
  /** Gives an id that was never given before. */
  readonly newId: () => string
  /** Told of each command in its new state, in order. */
  readonly onMoved: (command: Command) => Promise<void>
}): CommandDesk {
  const links = new Map<string, HostLink>()
  const stop = new AbortController()

  const told = async (command: Command | undefined): Promise<Command | undefined> => {
    if (command !== undefined) await onMoved(command)
    return command
  }
  const finish = async (
    id: string,
    state: 'failed' | 'timed_out' | 'expired' | 'cancelled',
    summary: string,
  ): Promise<Command | undefined> =>
    told(await book.end(id, { state, summary, parts: [] }, clock.nowMs()))

  const deliver = async (command: Command): Promise<void> => {
    const link = links.get(command.hostId)
    if (link === undefined) return
    // Written first: an order that is on its way is never taken for one that nobody knows of.
    if ((await told(await book.move(command.id, 'delivered'))) === undefined) return
    const { id, hostId, action, values, isDryRun, who: by, givenMs: issuedMs, expiresMs } = command
    const order = { id, hostId, action, values, isDryRun, by, issuedMs, expiresMs }
    await link.deliver(signOrder(order, key)).catch(async (thrown: unknown) => {
      logger.warn('a command was not delivered, and waits', { id, reason: messageOf(thrown) })
      await told(await book.move(id, 'queued'))
    })
  }

  const expire = async (): Promise<void> => {
    const nowMs = clock.nowMs()
    const open = await book.list({ states: ['queued', 'delivered', 'running'], limit: 1_000 })
    for (const { id, state, expiresMs, action, begunMs = nowMs } of open) {
      const isLate = begunMs + (actionOf(action)?.timeoutMs ?? 0) + reportGraceMs < nowMs
      if (state !== 'running' && expiresMs <= nowMs) {
        await finish(id, 'expired', 'it was not begun within an hour, and is not any more')
      } else if (state === 'running' && isLate) {
        const summary =
          'the host did not say what became of it; whether it took effect is not known: look'
        await finish(id, 'timed_out', summary)
      }
    }
  }
  const expiring = (async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(expiryEveryMs, stop.signal)
      await expire().catch((thrown: unknown) =>
        logger.error('commands that are too old were not looked for', {
          reason: messageOf(thrown),
        }),
      )
    }
  })().catch(() => undefined)

  return {
    hosts: () => [...links.values()],
    async give(request) {
      const { link, action, values } = checked(request, links)
      const open = await book.list({
        hostId: link.hostId,
        states: ['queued', 'delivered', 'running'],
        limit: mostOpen,
      })
      if (open.length >= mostOpen) {
        const message = `${mostOpen} commands for ${link.hostName} wait or run already: cancel some, or try again later`
        throw new Fault('rate-limited', 'respond.too-many', message)
      }
      const givenMs = clock.nowMs()
      const { who, role, why, alertId, isDryRun } = request
      const command: Command = {
        id: newId(),
        action: action.id,
        values,
        target: action.target(values),
        hostId: link.hostId,
        hostName: link.hostName,
        isDryRun,
        who,
        role,
        why,
        ...(alertId !== undefined && { alertId }),
        state: 'queued',
        givenMs,
        expiresMs: givenMs + orderLifeMs,
        summary: '',
        outputHash: '',
      }
      await book.add(command)
      await onMoved(command)
      void deliver(command).catch((thrown: unknown) =>
        logger.error('a command was not delivered', { id: command.id, reason: messageOf(thrown) }),
      )
      return command
    },
    async cancel(id, who) {
      const cancelled = await finish(id, 'cancelled', `cancelled by ${who}`)
      if (cancelled !== undefined) return cancelled
      const found = await book.get(id)
      if (found === undefined) throw unknownCommand(id)
      const why = isOver(found.state) ? `it is over: ${found.state}` : 'it runs already'
      throw new Fault(
        'conflict',
        'respond.not-cancelled',
        `command ${id} cannot be cancelled: ${why}`,
      )
    },
    get: (id) => book.get(id),
    outputOf: (id) => book.outputOf(id),
    list: (query) => book.list(query),
    reports: {
      async begin(id) {
        const command = await book.get(id)
        if (command === undefined || command.expiresMs <= clock.nowMs()) return false
        return (
          (await told(await book.move(id, 'running', { begunMs: clock.nowMs() }))) !== undefined
        )
      },
      async end(id, end) {
        await told(await book.end(id, end, clock.nowMs()))
      },
      async refused(id, { code, reason }) {
        logger.warn('an order was refused', { id: id ?? 'unknown', code, reason })
        if (id === undefined) return
        await finish(
          id,
          code === 'expired' ? 'expired' : 'failed',
          `refused by the host: ${reason}`,
        )
      },
    },
    async connect(link) {
      links.set(link.hostId, link)
      for (const { id } of await book.list({
        hostId: link.hostId,
        states: ['running'],
        limit: 1_000,
      })) {
        const summary =
          'the program that ran it ended; whether it took effect is not known: look. It is not run again'
        await finish(id, 'failed', summary)
      }
      await expire()
      const waiting = {
        hostId: link.hostId,
        states: ['queued', 'delivered'],
        limit: 1_000,
      } as const
      for (const command of (await book.list(waiting)).toReversed()) {
        if (command.state === 'delivered') await book.move(command.id, 'queued')
        await deliver(command)
      }
      return () => {
        if (links.get(link.hostId) === link) links.delete(link.hostId)
      }
    },
    async close() {
      stop.abort()
      await expiring
    },
  }
}

function checked(
  { action: id, values: given, hostId }: CommandRequest,
  links: ReadonlyMap<string, HostLink>,
) {
  const action = actionOf(id)
  if (action === undefined) {
    const message = `there is no action ${id}; \`vedette respond actions\` lists them`
    throw new Fault('invalid', 'respond.unknown-action', message)
  }
  const values = readValues(action.parameters, given)
  if (!values.ok) {
    throw new Fault('invalid', 'respond.parameters', `${id}: ${values.error.join('; ')}`)
  }
  const link = links.get(hostId)
  if (link === undefined) {
    const why =
      links.size === 0 ? 'the server was started without --respond' : 'no such host answers'
    throw new Fault('not-found', 'respond.no-host', `no host ${hostId} obeys commands: ${why}`)
  }
  if (link.level === 'look' && !action.changesNothing) {
    const message = `${link.hostName} only lets itself be looked at; \`vedette serve --respond act\` lets commands change it`
    throw new Fault('forbidden', 'respond.level', message)
  }
  return { link, action, values: values.value }
}

/** Faults where nothing has the id of a command. */
export function unknownCommand(id: string): Fault {
  return new Fault('not-found', 'respond.unknown-command', `there is no command ${id}`)
}
