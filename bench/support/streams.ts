import type { JsonObject, JsonValue } from '#base'
import { ordinaryStream, processEvents, randomOf, type StreamOptions } from './process-events.ts'

/** A kind of data that benches are run on; the same options give the same events. */
export interface Stream {
  readonly name: string
  readonly index: string
  /** Events in order of time, without end to their variety but with `count` of them. */
  events(options: StreamOptions): Iterable<JsonObject>
}

/** What a fleet sends: 200 hosts, mostly the same programs, one start in six something rarer. */
export const fleetStream: StreamOptions = {
  ...ordinaryStream,
  hosts: 200,
  rarePerMillion: 160_000,
}

/** Process starts and ends alone. */
export const processHeavy: Stream = {
  name: 'process-heavy',
  index: 'logs-endpoint.events.process-default',
  events: processEvents,
}

/** Half of them process events, three in ten of files, two in ten of the network. */
export const mixed: Stream = {
  name: 'mixed',
  index: 'logs-endpoint.events-default',
  *events(options) {
    const random = randomOf(options.seed + 1)
    for (const event of processEvents(options)) {
      const kind = random()
      if (kind < 0.5) yield event
      else yield kind < 0.8 ? fileEvent(event, random) : networkEvent(event, random)
    }
  },
}

/** Values and fields that never come again, deep nesting, and now and then a huge text. */
export const hostile: Stream = {
  name: 'hostile',
  index: 'logs-hostile-default',
  *events(options) {
    const random = randomOf(options.seed + 2)
    for (const event of processEvents(options)) yield hostileEvent(event, random)
  },
}

/** All three. */
export const streams: readonly Stream[] = [processHeavy, mixed, hostile]

function fileEvent(event: JsonObject, random: () => number): JsonObject {
  const name = `f${Math.floor(random() * 1e9).toString(36)}.log`
  const action = random() < 0.6 ? 'creation' : 'rename'
  return {
    ...shared(event),
    event: kindOf('file', action, event),
    file: {
      name,
      extension: 'log',
      path: `/var/log/app/${Math.floor(random() * 50)}/${name}`,
      size: Math.floor(random() * 1e6),
    },
  }
}

function networkEvent(event: JsonObject, random: () => number): JsonObject {
  const address = `10.${Math.floor(random() * 4)}.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}`
  return {
    ...shared(event),
    event: kindOf('network', 'connection_attempted', event),
    network: { transport: 'tcp', type: 'ipv4', direction: 'egress' },
    source: { ip: '10.0.0.7', port: 32_768 + Math.floor(random() * 28_000) },
    destination: {
      ip: address,
      address,
      port: random() < 0.7 ? 443 : Math.floor(random() * 65_536),
    },
  }
}

/** What events of all kinds on a host have in common. */
function shared(event: JsonObject): JsonObject {
  const { process, ...rest } = event
  const { pid, entity_id: entity, name, executable } = objectOf(process)
  return {
    ...rest,
    process: {
      pid: pid ?? 0,
      entity_id: entity ?? '',
      name: name ?? '',
      executable: executable ?? '',
    },
  }
}

function kindOf(category: string, action: string, event: JsonObject): JsonObject {
  const type = action === 'creation' ? 'creation' : 'change'
  const dataset = `endpoint.events.${category}`
  return { ...objectOf(event['event']), action, category: [category], type: [type], dataset }
}

function hostileEvent(event: JsonObject, random: () => number): JsonObject {
  const text = (): string => Math.floor(random() * 2 ** 52).toString(36)
  const { process, ...rest } = event
  const wild: { [name: string]: JsonValue } = {}
  for (let n = 0; n < 12; n++) wild[`field_${text()}`] = n % 2 === 0 ? text() : random() * 1e9
  let deep: JsonValue = text()
  for (let level = 0; level < 40; level++) deep = random() < 0.5 ? { [`d${level}`]: deep } : [deep]
  const path = `/tmp/${text()}/${text()}\u00e9"\\\n`
  return {
    ...rest,
    process: {
      ...objectOf(process),
      name: text(),
      executable: path,
      args: [path, text(), text()],
      command_line: random() < 0.001 ? text().repeat(10_000) : `${path} ${text()}`,
    },
    wild,
    deep,
  }
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {}
}
