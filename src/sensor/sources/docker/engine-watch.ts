import { stat } from 'node:fs/promises'
import { Fault, messageOf } from '#base'
import { boundedMap } from './bounded-map.ts'
import { engineClient } from './engine-client.ts'
import { eventKey, parseEngineEvent, type EngineEvent } from './engine-event.ts'
import { engineLook, type EngineLook, type LookOptions } from './engine-look.ts'
import { engineFactsOf, type EngineFacts } from './inspect-facts.ts'
import { takeInventory } from './inventory.ts'

/** Whether an engine is reached, or the plain reason why not. */
export type EngineState =
  | {
      readonly kind: 'reached'
      readonly socket: string
      readonly engine: string
      readonly version: string | undefined
    }
  | {
      /** `absent` is normal; `same` is another path to an engine that is reached already. */
      readonly kind: 'absent' | 'refused' | 'failing' | 'same'
      readonly socket: string
      readonly reason: string
    }

/** What watching needs besides the socket. */
export interface WatchOptions extends Omit<LookOptions, 'client' | 'engine'> {
  /** Sockets that are being followed: device and inode, and who follows. Shared by all watches. */
  readonly followed: Map<string, string>
}

/** A watch over one socket: follows the engine while it is there, and waits for it while it is not. */
export interface EngineWatch {
  state(): EngineState
  /** The way to look at containers, while the engine is reached. */
  look(): EngineLook | undefined
  /** Stops following; resolves when everything received is told. */
  close(): Promise<void>
}

// A daemon that is started later must be followed within two seconds.
const absentPauseMs = 1_000
const failurePausesMs: readonly number[] = [250, 500, 1_000, 1_500]
const maxWaiting = 4_096
const maxKeys = 20_000
// Events of one instant may come in another order than their times say.
const overlapNs = 1_000_000_000n

/** Starts to watch a socket. */
export function watchEngine(socket: string, options: WatchOptions): EngineWatch {
  const { clock, logger, counters, followed } = options
  const stop = new AbortController()
  const seen = boundedMap<true>(maxKeys)
  const created = boundedMap<true>(maxKeys)
  const waiting = new Set<Promise<void>>()
  const client = engineClient(socket)
  let state: EngineState = { kind: 'absent', socket, reason: `not looked at ${socket} yet` }
  let look: EngineLook | undefined
  let sinceNs = BigInt(clock.nowMs()) * 1_000_000n
  let lastEventNs: bigint | undefined

  const handle = (event: EngineEvent, caughtUp = false) => {
    if (look === undefined) return
    if (event.deed === 'create') created.set(event.containerId, true)
    if (waiting.size >= maxWaiting) {
      look.without(event, `not inspected: ${maxWaiting} events were waiting`)
      return
    }
    const work: Promise<void> = look.at(event, { caughtUp: caughtUp || undefined })
    waiting.add(work)
    void work.finally(() => waiting.delete(work))
  }

  const receive = (line: string) => {
    const event = parseEngineEvent(line)
    if (event === 'other') return
    if (event === undefined) {
      counters.undecodable++
      logger.warn('an engine sent a line that is no event', { socket, line: line.slice(0, 200) })
      return
    }
    if (lastEventNs === undefined || event.atNs > lastEventNs) lastEventNs = event.atNs
    const key = eventKey(event)
    if (seen.has(key)) {
      counters.repeated++
      return
    }
    seen.set(key, true)
    counters.engineEvents++
    handle(event)
  }

  const follow = async (engine: EngineFacts) => {
    const fromNs = lastEventNs === undefined ? sinceNs : lastEventNs - overlapNs
    const lines = await client.openEvents(fromNs, stop.signal)
    counters.connections++
    look = engineLook({ ...options, client, engine })
    state = { kind: 'reached', socket, engine: engine.name, version: engine.version }
    logger.info('following a container engine', { socket, engine: engine.name })
    const ended = new AbortController()
    const inventory = takeInventory({
      client,
      look,
      engine,
      memory: options.memory,
      clock,
      sinceNs: fromNs,
      isTold: (id) => created.has(id),
      tell: (event) => {
        counters.caughtUp++
        handle(event, true)
      },
      signal: AbortSignal.any([stop.signal, ended.signal]),
    }).catch((thrown: unknown) => {
      if (!stop.signal.aborted && !ended.signal.aborted) {
        logger.warn('the list of containers was not read', { socket, why: messageOf(thrown) })
      }
    })
    try {
      for await (const line of lines) receive(line)
    } finally {
      ended.abort()
      await inventory
    }
  }

  /** One look at the socket; gives how long to wait before the next. */
  const attempt = async (failures: number): Promise<number> => {
    let identity: string | undefined
    try {
      const found = await stat(socket)
      identity = `${found.dev}:${found.ino}`
      const other = followed.get(identity)
      if (other !== undefined) {
        state = { kind: 'same', socket, reason: `${socket} is the engine at ${other}` }
        identity = undefined
        return absentPauseMs
      }
      followed.set(identity, socket)
      const [version, info] = await Promise.all([client.get('/version'), client.get('/info')])
      if (version.kind === 'missing' || info.kind === 'missing') {
        state = { kind: 'failing', socket, reason: `${socket} does not speak the engine's API` }
        return absentPauseMs
      }
      await follow(engineFactsOf(version.body, info.body, { socket }))
      state = { kind: 'failing', socket, reason: `the engine at ${socket} ended the stream` }
      return failurePausesMs[0] ?? absentPauseMs
    } catch (thrown) {
      state = stateOf(thrown, socket)
      if (state.kind === 'absent') return absentPauseMs
      return failurePausesMs[Math.min(failures, failurePausesMs.length - 1)] ?? absentPauseMs
    } finally {
      if (identity !== undefined) followed.delete(identity)
    }
  }

  const run = async () => {
    let failures = 0
    while (!stop.signal.aborted) {
      const connectionsBefore = counters.connections
      const pauseMs = await attempt(failures)
      failures = counters.connections > connectionsBefore ? 0 : failures + 1
      if (stop.signal.aborted) return
      await clock.sleep(pauseMs, stop.signal).catch(() => undefined)
    }
  }
  const running = run()

  return {
    state: () => state,
    look: () => (state.kind === 'reached' ? look : undefined),
    async close() {
      stop.abort()
      await running
      while (waiting.size > 0) await Promise.all(waiting)
      client.close()
    },
  }
}

function stateOf(thrown: unknown, socket: string): EngineState {
  const codes = [thrown, thrown instanceof Fault ? thrown.cause : undefined].map(codeOf)
  if (codes.includes('ENOENT')) {
    return { kind: 'absent', socket, reason: `there is no container engine at ${socket}` }
  }
  if (codes.includes('ECONNREFUSED')) {
    return { kind: 'absent', socket, reason: `nobody listens at ${socket}` }
  }
  if (codes.includes('EACCES') || codes.includes('EPERM')) {
    const reason = `no permission to open ${socket}: run as root or as a member of its group`
    return { kind: 'refused', socket, reason }
  }
  return { kind: 'failing', socket, reason: messageOf(thrown) }
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
}
