import { parseDate } from '#base'
import type { FilterPlan } from '#query'
import type { TimeBucket, TopValues } from '#store'
import { anyOf, eventsOf, type Reading, type Stretch } from './reading.ts'
import { textOf, textsOf } from './text-of.ts'

/** What the events of a host say of it. */
export interface HostFacts {
  readonly name: string
  readonly ids: readonly string[]
  /** From its newest event. */
  readonly facts: readonly { readonly field: string; readonly values: readonly string[] }[]
  /** The first day with a stored event, and the newest event; epoch milliseconds. */
  readonly firstMs: number | undefined
  readonly lastMs: number | undefined
  /** Events within the time asked for. */
  readonly events: number
  readonly rate: readonly TimeBucket[]
  readonly bucketMs: number
  readonly streams: readonly HostStream[]
  /** Indices with events of the host beyond those told. */
  readonly moreStreams: number
  readonly users: TopValues['values']
  readonly programs: TopValues['values']
  readonly containers: TopValues['values']
}

/** An index with events of a host. */
export interface HostStream {
  readonly index: string
  readonly events: number
  readonly lastMs: number | undefined
}

const dayMs = 86_400_000
const maxStreams = 30
const told = 10
const factFields = [
  'host.name',
  'host.hostname',
  'host.id',
  'host.os.full',
  'host.os.name',
  'host.os.version',
  'host.os.kernel',
  'host.architecture',
  'host.ip',
  'host.mac',
  'agent.name',
  'agent.type',
  'agent.version',
  'cloud.provider',
  'cloud.instance.id',
  'orchestrator.cluster.name',
]

/** What events say of the host of a name or id. Undefined: no event names it. */
export async function hostFacts(
  host: string,
  within: Stretch,
  reading: Reading,
): Promise<HostFacts | undefined> {
  const filter: FilterPlan = {
    kind: 'or',
    of: ['host.name', 'host.id'].map((field) => anyOf(field, [host])),
  }
  const ever = { fromMs: -8.64e15, toMs: 8.64e15 }
  const [newest] = await eventsOf(reading, filter, {
    within: ever,
    order: 'time-descending',
    limit: 1,
    indices: ['*'],
  })
  if (newest === undefined) return undefined
  const { source } = newest
  const bucketMs = Math.max(
    60_000,
    Math.ceil((within.toMs - within.fromMs) / 168 / 60_000) * 60_000,
  )
  const asked = (time: Stretch) => ({
    indices: ['*'],
    filter,
    context: reading.context,
    time: { fields: { primary: '@timestamp' }, ...time },
    ...(reading.signal !== undefined && { signal: reading.signal }),
  })
  const top = async (field: string) =>
    (await reading.events.topValues({ ...asked(within), field, limit: told })).values
  const [days, rate, streams, users, programs, containers] = await Promise.all([
    reading.events.histogram({ ...asked(ever), bucketMs: dayMs }),
    reading.events.histogram({ ...asked(within), bucketMs }),
    streamsOf(filter, within, reading),
    top('user.name'),
    top('process.executable'),
    top('container.name'),
  ])
  return {
    name: textOf(source, 'host.name') || host,
    ids: textsOf(source, 'host.id'),
    facts: factFields.flatMap((field) => {
      const values = textsOf(source, field)
      return values.length === 0 ? [] : [{ field, values }]
    }),
    firstMs: days[0]?.startMs,
    lastMs: parseDate(textOf(source, '@timestamp')),
    events: rate.reduce((sum, { events }) => sum + events, 0),
    rate,
    bucketMs,
    ...streams,
    users,
    programs,
    containers,
  }
}

async function streamsOf(
  filter: FilterPlan,
  within: Stretch,
  reading: Reading,
): Promise<Pick<HostFacts, 'streams' | 'moreStreams'>> {
  const indices = await reading.events.indicesWith(['*'], 'host.name')
  const found: HostStream[] = []
  for (const index of indices.slice(0, maxStreams)) {
    const events = await reading.events.count({
      indices: [index],
      filter,
      context: reading.context,
      time: { fields: { primary: '@timestamp' }, ...within },
      ...(reading.signal !== undefined && { signal: reading.signal }),
    })
    if (events === 0) continue
    const [newest] = await eventsOf(reading, filter, {
      within,
      order: 'time-descending',
      limit: 1,
      indices: [index],
    })
    const lastMs = parseDate(textOf(newest?.source ?? {}, '@timestamp'))
    found.push({ index, events, lastMs })
  }
  return {
    streams: found.toSorted((a, b) => b.events - a.events),
    moreStreams: Math.max(0, indices.length - maxStreams),
  }
}
