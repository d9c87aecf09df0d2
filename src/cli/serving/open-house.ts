import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isSequenceBlock } from '#alert'
import type { Api } from '#api'
import { messageOf, type Clock, type Logger } from '#base'
import { createEngine, compileRule, type Engine } from '#detect'
import { caseBook } from '#investigate'
import {
  commandLog,
  createApi,
  createIngest,
  loadOrCreateToken,
  loadPageFiles,
  openDoors,
  openFleet,
  startServer,
  testedRules,
  viewShelf,
  type AccessToken,
  type ApiWorld,
  type OneTimeLinks,
  type RunningServer,
  type ServerCertificate,
} from '#server'
import { channelShelf, createNotifier, deliveryQueue, loadOrCreateSeal, noteOf } from '#notify'
import type { Level } from '#respond'
import { openStore, type Retention, type Store, type StoreConfig } from '#store'
import { serverFileName } from '../connect.ts'
import { keepSampleGoing } from '../demo/sample-present.ts'
import { tellSampleHistory } from '../demo/sample-history.ts'
import { pageDirectory } from '../page-directory.ts'
import { productVersion } from '../version.ts'
import { withDiskReserve } from './disk-reserve.ts'
import { notWatchedFor, watchHost, type HostWatch, type HostWatchOptions } from './host-watch.ts'
import { openAgentsEntrance, type AgentsAt } from './agents-entrance.ts'
import { evidenceKeeper } from './evidence-keeper.ts'
import { auditFileOf } from '../audit-file.ts'
import { instanceIdOf } from './instance.ts'
import { openResponding } from './responding.ts'
import { installStarterRules } from './install-starter-rules.ts'
import { firstSeenStatus } from './first-seen-status.ts'
import { keepRetention } from './retention.ts'
import { selfTestRunner } from './self-test-runner.ts'
import { sensorSources } from './sensor-sources.ts'
import type { StoreChoice } from './store-choice.ts'
import { testsBeside } from './tests-beside.ts'
import { certificateOf, keepCertificate, type TlsChoice } from './server-tls.ts'
import { installedFields } from '../installed-fields.ts'

/** How a whole Vedette is set up. */
export interface HouseOptions {
  readonly directory: string
  readonly store: StoreChoice
  readonly host: string
  readonly port: number
  readonly allowedHosts: readonly string[]
  readonly tls: TlsChoice
  readonly elasticVersion: string
  readonly retention: Retention
  /** Where the rules lie that come with the product; undefined: they are not installed. */
  readonly starterRules: string | undefined
  /** Directories and files of further rules to install. */
  readonly rulePaths: readonly string[]
  /** Undefined: the host is not watched. */
  readonly sensorMode: HostWatchOptions['mode'] | undefined
  readonly engineSockets: readonly string[]
  /** What commands may do to this host; undefined: none is obeyed. */
  readonly respond: Level | undefined
  /** Where agents call; undefined: the door for agents stays closed. */
  readonly agents: AgentsAt | undefined
  /** What is shown is a sample, and says so. */
  readonly isDemo: boolean
  readonly clock: Clock
  readonly logger: Logger
}

/** A running Vedette. */
export interface House {
  readonly url: string
  readonly token: AccessToken
  readonly engine: Engine
  readonly api: Api
  readonly links: OneTimeLinks
  /** Takes nothing new in, finishes what runs, and gives everything back. */
  close(): Promise<void>
}

/**
 * Opens the store, starts engine, server and sensor, in this order, so that each finds what it needs.
 * Faults: those of the store and of the server; what was open until then is closed again.
 */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { clock, logger, retention } = options
  const closers: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) {
      await closer().catch((thrown: unknown) => {
        logger.error('did not close in good order', { reason: messageOf(thrown) })
      })
    }
  }
  try {
    // A token and an identity lie here wherever events are kept.
    await mkdir(options.directory, { recursive: true, mode: 0o700 })
    const store = await openStore(storeConfigOf(options))
    closers.push(() => store.close())
    closers.push(keepRetention(store.events, { retention, clock, logger }))
    return { ...(await furnish(options, store, closers)), close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

function storeConfigOf({ store, directory, clock, logger, retention }: HouseOptions): StoreConfig {
  const shared = { clock, log: logger }
  return store.kind === 'embedded'
    ? { ...store, ...shared, directory, retention }
    : { ...store, ...shared }
}

async function furnish(
  options: HouseOptions,
  store: Store,
  closers: (() => Promise<void>)[],
): Promise<Omit<House, 'close'>> {
  const { directory, clock, logger } = options
  const startedAt = new Date(clock.nowMs()).toISOString()
  const version = productVersion()
  const id = await instanceIdOf(directory)
  const token = await loadOrCreateToken(directory)
  const doors = await openDoors({
    token: token.token,
    documents: store.documents,
    auditFile: auditFileOf(directory),
    clock,
    logger,
  })
  closers.push(() => doors.audit.close())

  const fleet = await openFleet(store.documents, { clock, logger })
  closers.push(() => fleet.agents.close())

  const engine = createEngine({
    store,
    clock,
    logger,
    fields: installedFields(),
    productVersion: version,
  })
  const { rules } = engine
  const books = { rules, documents: store.documents, logger }
  if (options.starterRules !== undefined) {
    const outcome = await installStarterRules(options.starterRules, books)
    logger.info('starter rules', { ...outcome })
  }
  for (const path of options.rulePaths) {
    const outcome = await installStarterRules(path, { ...books, origin: { user: 'serve' } })
    logger.info('rules installed', { path, ...outcome })
  }
  const cases = caseBook(store.documents, randomUUID)
  let watch: HostWatch = notWatchedFor(
    options.isDemo ? 'a sample is shown, no host is watched' : 'it was started with --no-sensor',
  )
  const seal = await loadOrCreateSeal(join(directory, 'notify.key'))
  const notifier = createNotifier({
    channels: channelShelf(store.documents, { seal, newId: randomUUID }),
    deliveries: deliveryQueue(store.documents, randomUUID),
    clock,
    logger,
  })
  closers.push(() => notifier.close())
  const keeper = evidenceKeeper({
    cases,
    events: store.events,
    fields: installedFields(),
    clock,
    logger,
    gather: (containerId) => watch.evidenceOf(containerId),
    hostId: () => watch.hostId,
    onKept: (id) => doors.feed.publish({ what: 'changed', ids: [id] }),
  })
  closers.push(() => keeper.close())
  if (options.isDemo) {
    const fields = installedFields()
    await tellSampleHistory({ store, fields, clock, logger, newId: randomUUID })
  }
  await engine.start()
  closers.push(() => engine.stop())
  engine.onAlert((alerts) => {
    const alone = alerts.filter(({ body }) => !isSequenceBlock(body))
    doors.feed.publish({ what: 'created', ids: alone.map(({ id }) => id) })
    keeper.take(alone)
    notifier.take(alone.map(noteOf))
  })

  let port = options.port
  const responding = await openResponding({
    directory,
    documents: store.documents,
    clock,
    logger,
    level: options.respond,
    engineSockets: options.engineSockets,
    port: () => port,
    onMoved: commandLog({ ...doors, cases, clock, logger }),
  })
  closers.push(() => responding.close())

  const ingest = withDiskReserve(
    createIngest({
      events: store.events,
      clock,
      offer: (events) => engine.offer(events),
    }),
    { directory, clock },
  )
  const status = statusTeller({
    directory,
    version,
    startedAt,
    isDemo: options.isDemo,
    store,
    engine,
    counts: () => ingest.counts(),
    watch: () => watch,
  })
  const tested = testedRules({
    documents: store.documents,
    fields: installedFields(),
    logger,
    productVersion: version,
    besideFile: testsBeside([
      ...(options.starterRules === undefined ? [] : [options.starterRules]),
      ...options.rulePaths,
    ]),
  })
  closers.push(() => tested.close())
  const selfTest = selfTestRunner({ api: () => api, directory, clock })
  closers.push(() => selfTest.close())
  const world: ApiWorld = {
    alerts: engine.alerts,
    cases,
    commands: responding.desk,
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
    readinessOf: async (asked) => engine.readinessOf(asked, sensorSources(await watch.facts())),
    tested,
    events: store.events,
    fleet,
    fields: installedFields(),
    ...doors,
    clock,
    version,
    settings: {
      keep_days: (options.retention.maxAgeMs ?? 0) / 86_400_000,
      keep_gib: (options.retention.maxBytes ?? 0) / 1024 ** 3,
      sensor_mode: options.sensorMode ?? 'off',
      demo: options.isDemo,
    },
    selfTest,
    arrivals: () => ingest.byMinute(),
    postings: () => engine.facts().postings,
    status,
  }
  const api: Api = createApi(world)
  const load = () => certificateOf(options.tls, options, clock.nowMs())
  const certificate = await load()
  const server = await startServer({
    host: options.host,
    port: options.port,
    allowedHosts: options.allowedHosts,
    certificate,
    doors,
    page: await loadPageFiles(pageDirectory(), { isDemo: options.isDemo }),
    api,
    world,
    ingest,
    events: store.events,
    identity: { version: options.elasticVersion, clusterUuid: id },
    clock,
    logger,
  })
  closers.push(() => server.close())
  ;({ port } = server)
  if (certificate !== undefined) {
    closers.push(keepCertificate(certificate, { load, server, clock, logger }))
  }
  if (options.agents !== undefined) {
    const door = await openAgentsEntrance(options.agents, {
      house: options,
      fleet,
      audit: doors.audit,
      ingest,
      events: store.events,
      identity: { version: options.elasticVersion, clusterUuid: id },
      clock,
      logger,
    })
    closers.push(() => door.close())
  }
  await announce(directory, server, certificate)
  closers.push(() => rm(join(directory, serverFileName), { force: true }))

  if (options.sensorMode !== undefined) {
    const agent = { id, version }
    const { sensorMode: mode, engineSockets } = options
    watch = await watchHost({ ingest, clock, logger, agent, mode, engineSockets })
    closers.push(() => watch.close())
  }
  if (options.isDemo) closers.push(keepSampleGoing({ ingest, clock, logger }))
  await responding.begin()
  return { url: server.url, token, engine, api, links: doors.links }
}

/** Writes down where the server is reached, for the commands that look for it. */
async function announce(
  directory: string,
  { url }: RunningServer,
  certificate: ServerCertificate | undefined,
): Promise<void> {
  const ca = certificate?.authorityFile
  // An address of every network is none that one can call.
  const callable = url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
  const text = JSON.stringify({ url: callable, pid: process.pid, ...(ca !== undefined && { ca }) })
  await writeFile(join(directory, serverFileName), `${text}\n`, { mode: 0o600 })
}

interface StatusParts {
  readonly directory: string
  readonly version: string
  readonly startedAt: string
  readonly isDemo: boolean
  readonly store: Store
  readonly engine: Engine
  readonly counts: () => {
    readonly created: number
    readonly exists: number
    readonly refused: number
  }
  readonly watch: () => HostWatch
}

function statusTeller(parts: StatusParts): () => ReturnType<Api['getStatus']> {
  const { directory, version, startedAt, isDemo, store, engine, counts, watch } = parts
  const fields = installedFields()
  return async () => {
    const [facts, rules, sensor, open, acknowledged, closed] = await Promise.all([
      store.events.facts(),
      engine.rules.list(),
      watch().facts(),
      engine.alerts.count({ status: ['open'] }),
      engine.alerts.count({ status: ['acknowledged'] }),
      engine.alerts.count({ status: ['closed'] }),
    ])
    const enabled = rules.filter(({ rule }) => rule.enabled)
    return {
      version,
      started_at: startedAt,
      data_directory: directory,
      demo: isDemo,
      sensor,
      store: {
        events: facts.events,
        bytes: facts.bytes,
        indices: facts.indices.map(({ index, events, firstMs, lastMs }) => ({
          index,
          events,
          first_ms: firstMs ?? null,
          last_ms: lastMs ?? null,
        })),
      },
      ingest: { ...counts() },
      rules: {
        installed: rules.length,
        enabled: enabled.length,
        runnable: enabled.filter(({ rule }) => compileRule(rule, fields).ok).length,
      },
      alerts: { open, acknowledged, closed },
      first_seen: firstSeenStatus(engine.facts().firstSeen),
      memory_bytes: process.memoryUsage.rss(),
    }
  }
}
