import { Fault, readValues, type JsonObject, type Values } from '#base'
import type { CollectionSpec, DocumentStore } from '#store'
import type { Channel, QuietHours } from './channel.ts'
import type { Severity } from './connector.ts'
import { connectorOf } from './connectors.ts'
import type { Seal } from './sealed.ts'
import { problemsOfTemplate } from './template.ts'

/** A channel as a person writes it: settings unchecked, secrets left out where they stay as they are. */
export type ChannelDraft = Omit<Channel, 'id' | 'settings'> & { readonly settings: JsonObject }

/** The channels of an installation. */
export interface ChannelShelf {
  /** By name, with their secrets: for sending, never for showing. Of one whose secrets another key sealed the settings are empty. */
  list(): Promise<readonly Channel[]>
  /** Faults: `invalid` where another key sealed its secrets. */
  get(id: string): Promise<Channel | undefined>
  /** Faults: `invalid` with everything that is wrong, `not-found` for an id that is not there. */
  put(id: string | undefined, draft: ChannelDraft): Promise<Channel>
  remove(id: string): Promise<boolean>
}

/** As kept. A type and not an interface: what is stored is a JSON object. */
type KeptChannel = {
  readonly name: string
  readonly connector: string
  /** All settings, sealed. */
  readonly sealed: string
  readonly enabled: boolean
  readonly template: string
  readonly least_severity: Severity
  readonly rule_ids: readonly string[]
  readonly group_seconds: number
  readonly quiet: QuietBody | null
}
type QuietBody = { readonly [K in keyof QuietHours]: QuietHours[K] }

const channelCollection: CollectionSpec<KeptChannel> = { name: 'notify_channels', keys: {} }
const maxChannels = 200

/** The {@link ChannelShelf} of a store. */
export function channelShelf(
  documents: DocumentStore,
  { seal, newId }: { readonly seal: Seal; readonly newId: () => string },
): ChannelShelf {
  const kept = documents.collection(channelCollection)
  const get = async (id: string): Promise<Channel | undefined> => {
    const found = await kept.get(id)
    return found && channelOf(id, found.body, seal)
  }
  return {
    async list() {
      const { items } = await kept.find({ limit: maxChannels })
      return items
        .map(({ id, body }) => readableChannel(id, body, seal))
        .toSorted((a, b) => a.name.localeCompare(b.name))
    },
    get,
    async put(id, draft) {
      const found = id === undefined ? undefined : await kept.get(id)
      const before = found && readableChannel(found.id, found.body, seal)
      if (id !== undefined && before === undefined) throw unknownChannel(id)
      if (id === undefined && (await kept.count()) >= maxChannels) {
        throw new Fault('invalid', 'notify.too-many', `there are ${maxChannels} channels already`)
      }
      const channel: Channel = { ...draft, id: id ?? newId(), settings: checked(draft, before) }
      await kept.put(channel.id, keptOf(channel, seal))
      return channel
    },
    remove: (id) => kept.delete(id),
  }
}

/** Faults where nothing has the id of a channel. */
export function unknownChannel(id: string): Fault {
  return new Fault('not-found', 'notify.unknown-channel', `there is no channel ${id}`)
}

/** The settings, whole: a secret that was left out is the one before, where the connector is the same. */
function checked(
  { connector: id, settings, template }: ChannelDraft,
  before: Channel | undefined,
): Values {
  const connector = connectorOf(id)
  if (connector === undefined) {
    throw new Fault('invalid', 'notify.unknown-connector', `there is no connector ${id}`)
  }
  const same = before?.connector === id ? before.settings : {}
  const secrets = Object.entries(same).filter(([name]) => {
    const parameter = connector.settings[name]
    const given = settings[name]
    const isLeftOut = given === undefined || given === null || given === ''
    return parameter?.kind === 'text' && parameter.isSecret === true && isLeftOut
  })
  const values = readValues(connector.settings, { ...settings, ...Object.fromEntries(secrets) })
  const problems = [...(values.ok ? [] : values.error), ...problemsOfTemplate(template)]
  if (values.ok && problems.length === 0) return values.value
  throw new Fault('invalid', 'notify.settings', problems.join('; '))
}

function keptOf(channel: Channel, seal: Seal): KeptChannel {
  return {
    name: channel.name,
    connector: channel.connector,
    sealed: seal.seal(JSON.stringify(channel.settings)),
    enabled: channel.enabled,
    template: channel.template,
    least_severity: channel.leastSeverity,
    rule_ids: channel.ruleIds,
    group_seconds: channel.groupSeconds,
    quiet: channel.quiet === undefined ? null : { ...channel.quiet },
  }
}

/** A channel that can be shown and changed, though its secrets may be lost with their key. */
function readableChannel(id: string, body: KeptChannel, seal: Seal): Channel {
  try {
    return channelOf(id, body, seal)
  } catch {
    return channelOf(id, { ...body, sealed: seal.seal('{}') }, seal)
  }
}

function channelOf(id: string, kept: KeptChannel, seal: Seal): Channel {
  const settings: Values = JSON.parse(seal.open(kept.sealed))
  return {
    id,
    name: kept.name,
    connector: kept.connector,
    settings,
    enabled: kept.enabled,
    template: kept.template,
    leastSeverity: kept.least_severity,
    ruleIds: kept.rule_ids,
    groupSeconds: kept.group_seconds,
    ...(kept.quiet !== null && { quiet: kept.quiet }),
  }
}
