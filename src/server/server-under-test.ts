import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Api } from '#api'
import { silentLogger, systemClock } from '#base'
import { createEngine, type Engine } from '#detect'
import { ecsCatalogue } from '#event'
import { caseBook } from '#investigate'
import { channelShelf, createNotifier, deliveryQueue, loadOrCreateSeal } from '#notify'
import { commandBook, commandDesk, loadOrCreateSigningKey } from '#respond'
import { openStore, type AcceptedEvent, type Store } from '#store'
import type { ApiWorld } from './api/api-world.ts'
import { commandLog } from './api/command-log.ts'
import { createApi } from './api/create-api.ts'
import type { AgentsDoorOptions } from './agents/agents-door.ts'
import { openFleet } from './agents/fleet-desk.ts'
import { openDoors } from './doors.ts'
import { createIngest } from './ingest.ts'
import { testedRules } from './rule-tests/tested-rules.ts'
import { viewShelf } from './views/view-shelf.ts'
import { startServer, type RunningServer, type ServerLimits } from './server.ts'

/** A real server on a free port, for tests. */
export interface ServerUnderTest {
  readonly url: string
  readonly token: string
  readonly server: RunningServer
  readonly store: Store
  readonly engine: Engine
  readonly client: Api
  /** What a door for agents shares with the server. */
  readonly doorParts: Pick<AgentsDoorOptions, 'fleet' | 'audit' | 'ingest' | 'events' | 'identity'>
  /** A request with the token, unless the headers say otherwise. */
  ask(path: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

/** Starts one over a memory or an embedded store, with a started engine and without sensor. */
export async function serverUnderTest({
  kind = 'memory',
  limits = {},
  offer,
}: {
  readonly kind?: 'memory' | 'embedded'
  readonly limits?: Partial<ServerLimits>
  /** Told of new events in place of the engine. */
  readonly offer?: (events: readonly AcceptedEvent[]) => void
} = {}): Promise<ServerUnderTest> {
  const clock = systemClock
  const directory = await mkdtemp(join(tmpdir(), 'vedette-server-'))
  const store = await openStore(
    kind === 'memory' ? { kind, clock } : { kind, clock, directory: join(directory, 'data') },
  )
  const engine = createEngine({ store, clock, logger: silentLogger })
  await engine.start()
  const token = 'test-token-0123456789abcdef'
  const ingest = createIngest({
    events: store.events,
    clock,
    offer: offer ?? engine.offer,
  })
  const doors = await openDoors({
    token,
    documents: store.documents,
    auditFile: join(directory, 'audit.ndjson'),
    clock,
    logger: silentLogger,
  })
  const cases = caseBook(store.documents, randomUUID)
  const key = await loadOrCreateSigningKey(join(directory, 'response-key.pem'))
  const commands = commandDesk({
    book: commandBook(store.documents),
    key,
    clock,
    logger: silentLogger,
    newId: randomUUID,
    onMoved: commandLog({ ...doors, cases, clock, logger: silentLogger }),
  })
  const fleet = await openFleet(store.documents, { clock, logger: silentLogger })
  const identity = { version: '8.19.0', clusterUuid: '11111111-2222-4333-8444-555555555555' }
  const seal = await loadOrCreateSeal(join(directory, 'notify.key'))
  const notifier = createNotifier({
    channels: channelShelf(store.documents, { seal, newId: randomUUID }),
    deliveries: deliveryQueue(store.documents, randomUUID),
    clock,
    logger: silentLogger,
  })
  const world: ApiWorld = {
    alerts: engine.alerts,
    cases,
    commands,
    notifier,
    views: viewShelf(store.documents),
    rules: engine.rules,
    exceptions: engine.exceptions,
    connectors: engine.connectors,
    savedQueries: engine.savedQueries,
    executions: engine.executions,
    gaps: engine.gaps,
    manualRuns: engine.manualRuns,
    runNow: (uuid) => engine.runNow(uuid),
    readinessOf: (rules) => engine.readinessOf(rules),
    events: store.events,
    fleet,
    fields: ecsCatalogue(),
    ...doors,
    clock,
    version: '0.0.0',
    tested: testedRules({
      documents: store.documents,
      fields: ecsCatalogue(),
      logger: silentLogger,
      productVersion: '0',
      besideFile: async () => undefined,
    }),
    arrivals: () => ingest.byMinute(),
    postings: () => engine.facts().postings,
    settings: { keep_days: 30, keep_gib: 20, sensor_mode: 'off', demo: false },
    selfTest: {
      start: () => Promise.reject(new Error('not part of these tests')),
      state: () => ({ state: 'never', stages: [] }),
    },
    status: () => Promise.reject(new Error('not part of these tests')),
  }
  const api = createApi(world)
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    doors,
    page: undefined,
    api,
    world,
    ingest,
    events: store.events,
    identity,
    clock,
    logger: silentLogger,
    limits,
  })
  return {
    url: server.url,
    token,
    server,
    store,
    engine,
    client: createClient({ url: server.url, token }),
    doorParts: { fleet, audit: doors.audit, ingest, events: store.events, identity },
    ask: (path, init = {}) => {
      const headers = new Headers(init.headers)
      if (!headers.has('authorization')) headers.set('authorization', `Bearer ${token}`)
      return fetch(new URL(path, server.url), { ...init, headers })
    },
    async close() {
      await server.close(1_000)
      await commands.close()
      await notifier.close()
      await doors.audit.close()
      await engine.stop()
      await store.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
