import { createHash } from 'node:crypto'
import { canonicalJson, type Values } from '#base'
import type { CollectionSpec, DocumentStore, KeyCondition } from '#store'
import type { OutputPart } from './action.ts'
import { isOver, mayFollow, type Command, type CommandEnd, type CommandState } from './command.ts'

/** Which commands to list. */
export interface CommandQuery {
  readonly hostId?: string
  readonly alertId?: string
  readonly states?: readonly CommandState[]
  /** Default 100, at most 1,000. */
  readonly limit?: number
}

/** The commands of an installation, each write on stable storage when it resolves. */
export interface CommandBook {
  add(command: Command): Promise<void>
  get(id: string): Promise<Command | undefined>
  /** Newest first. */
  list(query: CommandQuery): Promise<readonly Command[]>
  /** Moves a command where that is allowed from the state that it is in; the command after it, undefined where nothing was moved. */
  move(
    id: string,
    to: CommandState,
    change?: Pick<Partial<Command>, 'begunMs' | 'endedMs' | 'summary' | 'outputHash'>,
  ): Promise<Command | undefined>
  /** Keeps the output and moves the command to its end; as {@link CommandBook.move}. */
  end(id: string, end: CommandEnd, endedMs: number): Promise<Command | undefined>
  outputOf(id: string): Promise<readonly OutputPart[]>
}

/** As kept. A type and not an interface: what is stored is a JSON object. */
type KeptCommand = {
  readonly action: string
  readonly values: Values
  readonly target: string
  readonly host_id: string
  readonly host_name: string
  readonly dry_run: boolean
  readonly who: string
  readonly role: string
  readonly why: string
  readonly alert_id: string
  readonly state: CommandState
  readonly given_ms: number
  readonly expires_ms: number
  readonly begun_ms: number
  readonly ended_ms: number
  readonly summary: string
  readonly output_hash: string
}

type KeptOutput = { readonly parts: readonly OutputPartBody[] }
type OutputPartBody = { readonly [K in keyof OutputPart]: OutputPart[K] }

const commandCollection: CollectionSpec<KeptCommand> = {
  name: 'commands',
  keys: {
    host_id: ({ host_id: id }) => id,
    alert_id: ({ alert_id: id }) => (id === '' ? undefined : id),
    state: ({ state }) => state,
    given_ms: ({ given_ms: ms }) => ms,
  },
}
const outputCollection: CollectionSpec<KeptOutput> = { name: 'command_outputs', keys: {} }

/** Commands kept; beyond that the oldest that are over go, with their output. */
const maxCommands = 5_000
const prunedAtOnce = 100

/** The {@link CommandBook} of a store. */
export function commandBook(documents: DocumentStore): CommandBook {
  const commands = documents.collection(commandCollection)
  const outputs = documents.collection(outputCollection)

  const prune = async (): Promise<void> => {
    if ((await commands.count()) <= maxCommands) return
    const { items } = await commands.find({
      sort: { key: 'given_ms', direction: 'asc' },
      limit: prunedAtOnce,
    })
    for (const { id } of items.filter((each) => isOver(each.body.state))) {
      await outputs.delete(id)
      await commands.delete(id)
    }
  }
  const move: CommandBook['move'] = async (id, to, change = {}) => {
    let isMoved = false
    const moved = await commands.update(id, (body) => {
      isMoved = mayFollow(body.state, to)
      return isMoved ? { ...body, state: to, ...keptChange(change) } : body
    })
    return moved === undefined || !isMoved ? undefined : commandOf(id, moved.body)
  }

  return {
    async add(command) {
      await prune()
      await commands.create([{ id: command.id, body: keptOf(command) }])
    },
    async get(id) {
      const found = await commands.get(id)
      return found && commandOf(id, found.body)
    },
    async list({ hostId, alertId, states, limit = 100 }) {
      const where: KeyCondition[] = [
        ...(hostId === undefined ? [] : [{ key: 'host_id', in: [hostId] }]),
        ...(alertId === undefined ? [] : [{ key: 'alert_id', in: [alertId] }]),
        ...(states === undefined ? [] : [{ key: 'state', in: states }]),
      ]
      const sort = { key: 'given_ms', direction: 'desc' } as const
      const { items } = await commands.find({ where, sort, limit })
      return items.map(({ id, body }) => commandOf(id, body))
    },
    move,
    async end(id, { state, summary, parts }, endedMs) {
      // The output first: a command that says it is done has all of it. What is already over keeps its own.
      const found = await commands.get(id)
      if (found === undefined || !mayFollow(found.body.state, state)) return undefined
      const outputHash =
        parts.length === 0
          ? ''
          : createHash('sha256')
              .update(canonicalJson(parts.map((part) => ({ ...part }))))
              .digest('hex')
      if (parts.length > 0) await outputs.put(id, { parts: parts.map((part) => ({ ...part })) })
      return move(id, state, { endedMs, summary: summary.slice(0, 2_000), outputHash })
    },
    outputOf: async (id) => (await outputs.get(id))?.body.parts ?? [],
  }
}

function keptChange({
  begunMs,
  endedMs,
  summary,
  outputHash,
}: Pick<Partial<Command>, 'begunMs' | 'endedMs' | 'summary' | 'outputHash'>): Partial<KeptCommand> {
  return {
    ...(begunMs !== undefined && { begun_ms: begunMs }),
    ...(endedMs !== undefined && { ended_ms: endedMs }),
    ...(summary !== undefined && { summary }),
    ...(outputHash !== undefined && { output_hash: outputHash }),
  }
}

function keptOf(command: Command): KeptCommand {
  return {
    action: command.action,
    values: command.values,
    target: command.target,
    host_id: command.hostId,
    host_name: command.hostName,
    dry_run: command.isDryRun,
    who: command.who,
    role: command.role,
    why: command.why,
    alert_id: command.alertId ?? '',
    state: command.state,
    given_ms: command.givenMs,
    expires_ms: command.expiresMs,
    begun_ms: command.begunMs ?? 0,
    ended_ms: command.endedMs ?? 0,
    summary: command.summary,
    output_hash: command.outputHash,
  }
}

function commandOf(id: string, kept: KeptCommand): Command {
  return {
    id,
    action: kept.action,
    values: kept.values,
    target: kept.target,
    hostId: kept.host_id,
    hostName: kept.host_name,
    isDryRun: kept.dry_run,
    who: kept.who,
    role: kept.role,
    why: kept.why,
    ...(kept.alert_id !== '' && { alertId: kept.alert_id }),
    state: kept.state,
    givenMs: kept.given_ms,
    expiresMs: kept.expires_ms,
    ...(kept.begun_ms > 0 && { begunMs: kept.begun_ms }),
    ...(kept.ended_ms > 0 && { endedMs: kept.ended_ms }),
    summary: kept.summary,
    outputHash: kept.output_hash,
  }
}
