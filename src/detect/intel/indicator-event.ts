import { canonicalJson, hashOf, type JsonObject } from '#base'
import type { Indicator } from './indicator.ts'

/** The data stream of the indicators that we imported; the patterns of public rules (`logs-ti_*`) mean it. */
export const indicatorIndex = 'logs-ti_vedette.indicator-default'

/** Until when an indicator counts, ISO 8601. */
export const validUntilField = 'vedette.indicator.valid_until'

/** What an indicator is known by, however often it was renewed. */
export const indicatorIdField = 'vedette.indicator.id'

/** How an indicator is stored. */
export interface IndicatorEventOptions {
  /** Epoch milliseconds. */
  readonly nowMs: number
  /** Whose list it is, where the indicator does not say. */
  readonly provider: string
  /** How long it counts, where it does not say, milliseconds; default: without end. */
  readonly lifetimeMs?: number
}

/** A document to store; the same indicator has the same id for a while. */
export interface IndicatorEvent {
  readonly index: string
  readonly id: string
  readonly source: JsonObject
}

/** Imported again after so long, an indicator is stored anew, so that rules which ask for recent ones still see it. */
const renewalMs = 7 * 86_400_000

/**
 * An indicator as an ECS document. Its id follows from what it says, so that importing it twice stores it
 * once; it is another one a week later, or sooner where it lives for less than two.
 */
export function indicatorEventOf(
  { type, members, about }: Indicator,
  { nowMs, provider, lifetimeMs }: IndicatorEventOptions,
): IndicatorEvent {
  const source = about.provider ?? provider
  const identity = hashOf('indicator', source, type, canonicalJson(members))
  const validUntilMs =
    about.validUntilMs ?? (lifetimeMs === undefined ? undefined : nowMs + lifetimeMs)
  const periodMs = Math.max(1, Math.min(renewalMs, (lifetimeMs ?? Infinity) / 2))
  const { firstSeenMs, lastSeenMs, ...lasting } = about
  const revision = JSON.stringify([
    Object.entries(lasting).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    Math.floor(nowMs / periodMs),
  ])
  const said = {
    type,
    provider: source,
    name: about.name,
    description: about.description,
    confidence: about.confidence,
    reference: about.reference,
    marking: about.tlp === undefined ? undefined : { tlp: about.tlp },
    first_seen: isoOf(firstSeenMs),
    last_seen: isoOf(lastSeenMs),
  }
  const indicator = Object.fromEntries(
    Object.entries(said).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
  const until = isoOf(validUntilMs)
  return {
    index: indicatorIndex,
    id: hashOf('indicator document', identity, revision),
    source: {
      '@timestamp': isoOf(nowMs) ?? null,
      event: {
        kind: 'enrichment',
        category: ['threat'],
        type: ['indicator'],
        module: 'ti_vedette',
        dataset: 'ti_vedette.indicator',
      },
      data_stream: { type: 'logs', dataset: 'ti_vedette.indicator', namespace: 'default' },
      threat: { feed: { name: source }, indicator: { ...members, ...indicator } },
      vedette: {
        indicator: { id: identity, ...(until === undefined ? {} : { valid_until: until }) },
      },
      ...(about.tags === undefined ? {} : { tags: about.tags }),
    },
  }
}

function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString()
}
