import type { JsonObject } from '#base'
import { compileIndexPatterns, parseDataStreamName } from '#event'
import type { IndexFacts } from '#store'
import type { Answer } from '../../http/exchange.ts'
import { demandIndices, type SearchCall, type SearchRoute } from '../call.ts'
import { table, type Row } from '../table.ts'
import { mappingsOf } from './fields.ts'
import { indexParameters } from './search.ts'

const quiet = [
  ...indexParameters,
  'local',
  'master_timeout',
  'include_defaults',
  'flat_settings',
  'features',
  'level',
  'bytes',
  'time',
]
const tabular = [
  ...quiet,
  'format',
  'v',
  'h',
  's',
  'help',
  'pri',
  'health',
  'include_unloaded_segments',
]

/** Which indices there are, and how much is in them. */
export const indexRoutes: readonly SearchRoute[] = [
  {
    methods: ['GET'],
    path: '/{index}',
    needs: 'read',
    parameters: quiet,
    async answer(call) {
      const mappings = await mappingsOf(call)
      const told = Object.entries(mappings).map(([index, own]) => [
        index,
        { aliases: {}, ...Object(own), settings: settingsOf(index) },
      ])
      return { status: 200, body: Object.fromEntries(told) }
    },
  },
  ...reading(['/_settings', '/{index}/_settings'], async (call) =>
    byIndex(await factsOf(call), ({ index }) => ({ settings: settingsOf(index) })),
  ),
  ...reading(['/_alias', '/_aliases', '/{index}/_alias', '/{index}/_aliases'], async (call) =>
    byIndex(await factsOf(call), () => ({ aliases: {} })),
  ),
  ...reading(['/_stats', '/{index}/_stats', '/{index}/_stats/{metric}'], async (call) =>
    statsOf(await factsOf(call)),
  ),
  ...reading(['/_cat/indices', '/_cat/indices/{index}'], async (call) =>
    table(call, (await factsOf(call)).map(indexRow)),
  ),
  ...reading(['/_cat/count', '/_cat/count/{index}'], async (call) => {
    const facts = await factsOf(call)
    const seconds = Math.floor(call.world.clock.nowMs() / 1_000)
    const count = facts.reduce((sum, { events }) => sum + events, 0)
    return table(call, [
      {
        epoch: String(seconds),
        timestamp: new Date(seconds * 1_000).toISOString().slice(11, 19),
        count: String(count),
      },
    ])
  }),
  ...reading(['/_cat/shards', '/_cat/shards/{index}'], async (call) =>
    table(
      call,
      (await factsOf(call)).map(({ index, events }): Row => ({
        index,
        shard: '0',
        prirep: 'p',
        state: 'STARTED',
        docs: String(events),
        store: '',
        ip: '127.0.0.1',
        node: 'vedette',
      })),
    ),
  ),
  ...reading(['/_cat/aliases', '/_cat/templates'], async (call) => table(call, [])),
  ...reading(['/_resolve/index/{index}'], async (call) => {
    const names = (await factsOf(call)).map(({ index }) => index)
    const isStream = (name: string) => parseDataStreamName(name) !== undefined
    return {
      status: 200,
      body: {
        indices: names
          .filter((name) => !isStream(name))
          .map((name) => ({ name, attributes: ['open'] })),
        aliases: [],
        data_streams: names
          .filter(isStream)
          .map((name) => ({ name, backing_indices: [name], timestamp_field: '@timestamp' })),
      },
    }
  }),
]

function reading(
  paths: readonly string[],
  answer: (call: SearchCall) => Promise<Answer>,
): readonly SearchRoute[] {
  return paths.map((path) => ({
    methods: ['GET'],
    path,
    needs: 'read',
    parameters: tabular,
    answer,
  }))
}

async function factsOf(call: SearchCall): Promise<readonly IndexFacts[]> {
  await demandIndices(call, call.indices)
  const isMeant = compileIndexPatterns(call.indices)
  return (await call.world.events.facts()).indices.filter(({ index }) => isMeant(index))
}

function byIndex(facts: readonly IndexFacts[], told: (facts: IndexFacts) => JsonObject): Answer {
  return { status: 200, body: Object.fromEntries(facts.map((each) => [each.index, told(each)])) }
}

function settingsOf(index: string): JsonObject {
  return {
    index: {
      number_of_shards: '1',
      number_of_replicas: '0',
      provided_name: index,
      version: { created: '8190099' },
    },
  }
}

function indexRow({ index, events }: IndexFacts): Row {
  return {
    health: 'green',
    status: 'open',
    index,
    uuid: Buffer.from(index).toString('base64url').slice(0, 22),
    pri: '1',
    rep: '0',
    'docs.count': String(events),
    'docs.deleted': '0',
    'store.size': '',
    'pri.store.size': '',
  }
}

function statsOf(facts: readonly IndexFacts[]): Answer {
  const own = (events: number) => ({
    primaries: { docs: { count: events, deleted: 0 } },
    total: { docs: { count: events, deleted: 0 } },
  })
  const all = facts.reduce((sum, { events }) => sum + events, 0)
  return {
    status: 200,
    body: {
      _shards: { total: facts.length, successful: facts.length, failed: 0 },
      _all: own(all),
      indices: Object.fromEntries(facts.map(({ index, events }) => [index, own(events)])),
    },
  }
}
