import { randomUUID } from 'node:crypto'
import { Fault, messageOf, type Clock, type Logger } from '#base'
import type { AgentHealth, CheckInRequest } from '#fleet'
import type { CollectionSpec, DocumentStore } from '#store'
import { cloneWatch, type CloneWatch } from './clone-watch.ts'

/** An agent as the server knows it. */
export interface KnownAgent {
  readonly id: string
  readonly name: string
  readonly hostId: string
  readonly policy: string
  readonly enrolledAt: string
  /** ISO 8601; undefined: it may speak. */
  readonly revokedAt: string | undefined
  /** When it last checked in, epoch milliseconds. */
  readonly seenMs: number | undefined
  readonly health: AgentHealth | undefined
  /** What it obeys, by its own account. */
  readonly obeys: CheckInRequest['policy'] | undefined
  readonly unknownPolicy: CheckInRequest['unknown_policy'] | undefined
  /** How far its clock is ahead of the server's, milliseconds. */
  readonly clockAheadMs: number | undefined
}

/** A host that enrols. */
export interface NewAgent {
  readonly name: string
  readonly hostId: string
  readonly policy: string
  /** Hash of its public key. */
  readonly key: string
}

/** The agents of an installation. */
export interface AgentBook {
  /** By name. */
  list(): readonly KnownAgent[]
  /** Faults: `not-found`. */
  get(id: string): KnownAgent
  create(agent: NewAgent): Promise<KnownAgent>
  /** The agent of a certificate. Faults: `unauthenticated` for one that is revoked, gone, or has another key by now. */
  holderOf(id: string, key: string): KnownAgent
  /** Another key of the same agent: the old one opens until the new one is first used, so that a crash between locks nobody out. */
  rekey(id: string, key: string): Promise<void>
  /** It checked in. */
  note(id: string, request: CheckInRequest): KnownAgent
  /** What a person should know of an agent, as far as the server sees it. */
  problemsOf(id: string): readonly string[]
  move(id: string, policy: string): Promise<KnownAgent>
  /** It may speak no more; it stays in the list until removed. */
  revoke(id: string): Promise<KnownAgent>
  /** True if there was one. */
  remove(id: string): Promise<boolean>
  /** Calls back with the id of each agent that is to do something else from now on. */
  onChange(listener: (id: string) => void): void
  /** Writes down what was last told. */
  close(): Promise<void>
}

type StoredAgent = {
  readonly name: string
  readonly host_id: string
  readonly policy: string
  readonly key: string
  readonly next_key: string | null
  readonly enrolled_at: string
  readonly revoked_at: string | null
  readonly seen_ms: number | null
  readonly health: AgentHealth | null
  readonly obeys: CheckInRequest['policy'] | null
  readonly unknown_policy: NonNullable<CheckInRequest['unknown_policy']> | null
  readonly clock_ahead_ms: number | null
}

const agentCollection: CollectionSpec<StoredAgent> = { name: 'agents', keys: {} }
const maxAgents = 10_000
/** What agents tell is written down so often: a crash forgets no more than this. */
const keepsMs = 300_000
/** An agent that was seen within this is running. */
export const aliveMs = 120_000
/** A clock that is further off is told. */
const clockOffMs = 5_000

/** The agents that a store keeps, read once: this process is the only one that writes them. */
export async function loadAgents(
  documents: DocumentStore,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<AgentBook> {
  const kept = documents.collection(agentCollection)
  const agents = new Map<string, StoredAgent>()
  const keptMs = new Map<string, number>()
  const clones: CloneWatch = cloneWatch(clock)
  const listeners: ((id: string) => void)[] = []
  for (let after: string | undefined; ;) {
    const page = await kept.find({ limit: 10_000, ...(after !== undefined && { after }) })
    for (const { id, body } of page.items) agents.set(id, body)
    if (page.next === undefined) break
    after = page.next
  }

  const stored = (id: string): StoredAgent => {
    const found = agents.get(id)
    if (found !== undefined) return found
    throw new Fault(
      'not-found',
      'agents.no-such-agent',
      `there is no agent [${id}]; \`vedette agent list\` has the ids`,
    )
  }
  const put = async (id: string, agent: StoredAgent): Promise<KnownAgent> => {
    agents.set(id, agent)
    await kept.put(id, agent)
    keptMs.set(id, clock.nowMs())
    for (const listener of listeners) listener(id)
    return agentOf(id, agent)
  }
  const keepLater = (id: string, agent: StoredAgent): void => {
    if (clock.nowMs() - (keptMs.get(id) ?? 0) < keepsMs) return
    keptMs.set(id, clock.nowMs())
    // Told to people, and told again: losing it is no reason to refuse an agent.
    kept.put(id, agent).catch((thrown: unknown) =>
      logger.warn('what an agent told of itself is not on disk', {
        agent: id,
        reason: messageOf(thrown),
      }),
    )
  }

  return {
    list: () =>
      [...agents]
        .map(([id, agent]) => agentOf(id, agent))
        .toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id)),
    get: (id) => agentOf(id, stored(id)),
    async create({ name, hostId, policy, key }) {
      if (agents.size >= maxAgents) {
        throw new Fault(
          'too-large',
          'agents.too-many',
          `there are ${maxAgents} agents already: remove those that are gone`,
        )
      }
      return put(randomUUID(), {
        name,
        host_id: hostId,
        policy,
        key,
        next_key: null,
        enrolled_at: new Date(clock.nowMs()).toISOString(),
        revoked_at: null,
        seen_ms: null,
        health: null,
        obeys: null,
        unknown_policy: null,
        clock_ahead_ms: null,
      })
    },
    holderOf(id, key) {
      const agent = agents.get(id)
      if (agent === undefined) {
        throw refused('gone', 'the server knows no such agent: it was removed there')
      }
      if (agent.revoked_at !== null) {
        throw refused('revoked', `the agent ${agent.name} was revoked at ${agent.revoked_at}`)
      }
      if (agent.next_key === key) void put(id, { ...agent, key, next_key: null })
      else if (agent.key !== key) {
        throw refused(
          'old-key',
          `the agent ${agent.name} has another key by now: this one is a copy, or was renewed`,
        )
      }
      return agentOf(id, agent)
    },
    async rekey(id, key) {
      await put(id, { ...stored(id), next_key: key })
    },
    note(id, { health, policy, unknown_policy: unknown }) {
      const nowMs = clock.nowMs()
      const agent: StoredAgent = {
        ...stored(id),
        host_id: health.host.id,
        seen_ms: nowMs,
        health,
        obeys: policy,
        unknown_policy: unknown ?? null,
        clock_ahead_ms: Date.parse(health.at) - nowMs,
      }
      agents.set(id, agent)
      clones.note(id, health.run)
      keepLater(id, agent)
      return agentOf(id, agent)
    },
    problemsOf(id) {
      const agent = agentOf(id, stored(id))
      const twins = [...agents].filter(
        ([other, { host_id: hostId, revoked_at: revoked, seen_ms: seen }]) =>
          other !== id &&
          hostId === agent.hostId &&
          revoked === null &&
          clock.nowMs() - (seen ?? 0) < aliveMs,
      )
      return [
        ...(clones.isCloned(id) ? [clonedKey] : []),
        ...(twins.length === 0
          ? []
          : [
              sharedHostId(
                agent.hostId,
                twins.map(([, { name }]) => name),
              ),
            ]),
        ...clockProblem(agent.clockAheadMs),
        ...(agent.unknownPolicy === undefined
          ? []
          : [
              `it does not understand version ${agent.unknownPolicy.version} of its policy and obeys the one before: ${agent.unknownPolicy.reason}`,
            ]),
      ]
    },
    move: (id, policy) => put(id, { ...stored(id), policy }),
    revoke: (id) => {
      const agent = stored(id)
      const at = agent.revoked_at ?? new Date(clock.nowMs()).toISOString()
      return put(id, { ...agent, revoked_at: at })
    },
    async remove(id) {
      agents.delete(id)
      const removed = await kept.delete(id)
      for (const listener of listeners) listener(id)
      return removed
    },
    onChange: (listener) => void listeners.push(listener),
    async close() {
      for (const [id, agent] of agents) if (agent.seen_ms !== null) await kept.put(id, agent)
    },
  }
}

const clonedKey =
  'two agents use its key: a disk was copied with an agent on it. On the copy: `vedette agent unenroll --offline`, then enrol it by itself'

function sharedHostId(hostId: string, names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return `its host id ${hostId} is also that of ${shown}: rules take them for one host. On the copy: remove /etc/machine-id, run systemd-machine-id-setup, enrol again`
}

function clockProblem(aheadMs: number | undefined): readonly string[] {
  if (aheadMs === undefined || Math.abs(aheadMs) < clockOffMs) return []
  const seconds = Math.round(Math.abs(aheadMs) / 1_000)
  const way = aheadMs > 0 ? 'ahead of' : 'behind'
  return [
    `its clock is ${seconds} s ${way} the server's: its events carry wrong times. Set it (\`timedatectl\`)`,
  ]
}

function refused(what: string, reason: string): Fault {
  return new Fault(
    'unauthenticated',
    `agents.${what}`,
    `${reason}; \`vedette agent enroll\` makes it an agent again`,
  )
}

function agentOf(id: string, agent: StoredAgent): KnownAgent {
  return {
    id,
    name: agent.name,
    hostId: agent.host_id,
    policy: agent.policy,
    enrolledAt: agent.enrolled_at,
    revokedAt: agent.revoked_at ?? undefined,
    seenMs: agent.seen_ms ?? undefined,
    health: agent.health ?? undefined,
    obeys: agent.obeys ?? undefined,
    unknownPolicy: agent.unknown_policy ?? undefined,
    clockAheadMs: agent.clock_ahead_ms ?? undefined,
  }
}
