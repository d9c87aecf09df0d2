import { messageOf, type Clock, type JsonValue, type Logger } from '#base'
import { boundedMap } from './bounded-map.ts'
import type { ContainerMemory } from './container-memory.ts'
import type { RunningCounters } from './counters.ts'
import type { EngineAnswer, EngineReader } from './engine-client.ts'
import { commandOf, identityOf, type EngineFacts } from './inspect-facts.ts'
import { securityOf, volumeNamesOf, volumeSourceOf } from './inspect-security.ts'

/** What inspecting an engine's containers needs. */
export interface InspectOptions {
  readonly client: EngineReader
  readonly engine: EngineFacts
  readonly memory: ContainerMemory
  readonly counters: RunningCounters
  readonly clock: Clock
  readonly logger: Logger
  /** Further engine sockets of this host. */
  readonly sockets: readonly string[]
  /** See `fullCapabilities`. */
  readonly full: ReadonlySet<string>
}

/** What came of a question: the answer, that there is no such thing, or why there is no answer. */
type Inspection = EngineAnswer | { readonly kind: 'failed'; readonly why: string }

/** Asks an engine about its containers; never rejects. */
export interface EngineInspect {
  /** Asks about a container, and its volumes, and puts what is learnt into the memory. */
  container(containerId: string): Promise<Inspection>
  /** Asks about an exec, once: what it was asked to be does not change. */
  exec(execId: string): Promise<Inspection>
}

const retryAfterMs = 200
const maxExecs = 2_000
const maxVolumes = 16

/** An {@link EngineInspect} of one engine. */
export function engineInspect(options: InspectOptions): EngineInspect {
  const { client, engine, memory, counters, clock, logger } = options
  const execs = boundedMap<Promise<Inspection>>(maxExecs)

  const ask = async (path: string): Promise<Inspection> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await client.get(path)
        counters.inspected++
        return answer
      } catch (thrown) {
        if (attempt > 0) {
          counters.inspectFailed++
          logger.warn('a container could not be inspected', { path, why: messageOf(thrown) })
          return { kind: 'failed', why: messageOf(thrown) }
        }
        await clock.sleep(retryAfterMs)
      }
    }
  }

  /** Where volumes that are a part of the host in disguise lead to. */
  const volumeSources = async (inspected: JsonValue): Promise<readonly string[]> => {
    const names = volumeNamesOf(inspected).slice(0, maxVolumes)
    const answers = await Promise.all(
      names.map((name) => ask(`/volumes/${encodeURIComponent(name)}`)),
    )
    return answers
      .map((answer) => (answer.kind === 'found' ? volumeSourceOf(answer.body) : undefined))
      .filter((source) => source !== undefined)
  }

  return {
    async container(containerId) {
      const answer = await ask(`/containers/${encodeURIComponent(containerId)}/json`)
      if (answer.kind !== 'found') return answer
      const security = securityOf(answer.body, {
        ...options,
        volumeSources: await volumeSources(answer.body),
      })
      memory.learn(containerId, identityOf(answer.body, engine))
      memory.remember(containerId, { security, command: commandOf(answer.body) })
      return answer
    },
    async exec(execId) {
      const before = await execs.get(execId)
      if (before?.kind === 'found') return before
      const asked = ask(`/exec/${encodeURIComponent(execId)}/json`)
      execs.set(execId, asked)
      return asked
    },
  }
}
