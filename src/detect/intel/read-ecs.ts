import { isJsonObject, parseDate, type JsonObject } from '#base'
import { firstValueOf, valuesOf } from '#event'
import { objectBelow } from '../object-below.ts'
import { confidenceOf, type AboutIndicator, type Indicator } from './indicator.ts'
import { validUntilField } from './indicator-event.ts'

/** Members of `threat.indicator` that say something of it, not what it is. */
const told = new Set([
  'type',
  'name',
  'description',
  'provider',
  'confidence',
  'reference',
  'marking',
  'first_seen',
  'last_seen',
  'modified_at',
  'sightings',
  'scanner_stats',
  'id',
])

/** The indicator of an ECS document; undefined for a document that has no `threat.indicator`, words for one that says nothing to compare. */
export function ecsIndicatorOf(source: JsonObject): Indicator | string | undefined {
  const object = objectBelow(source, 'threat.indicator')
  if (Object.keys(object).length === 0) return undefined
  const members = Object.fromEntries(
    Object.entries(object).filter(([key]) => !told.has(key.split('.')[0] ?? '')),
  )
  if (Object.keys(members).length === 0) return 'its threat.indicator has no value to compare with'
  const text = (field: string) => {
    const value = firstValueOf(source, field)
    return value === undefined || value === '' ? undefined : String(value)
  }
  const confidence = text('threat.indicator.confidence')
  const tags = valuesOf(source, 'tags').map(String)
  const about = {
    name: text('threat.indicator.name'),
    description: text('threat.indicator.description'),
    provider: text('threat.indicator.provider') ?? text('threat.feed.name'),
    confidence: confidence === undefined ? undefined : confidenceOf(confidence),
    reference: text('threat.indicator.reference'),
    tlp: text('threat.indicator.marking.tlp')?.toUpperCase(),
    firstSeenMs: parseDate(text('threat.indicator.first_seen') ?? ''),
    lastSeenMs: parseDate(text('threat.indicator.last_seen') ?? ''),
    validUntilMs: parseDate(text(validUntilField) ?? ''),
    tags: tags.length === 0 ? undefined : tags,
  }
  return {
    type: text('threat.indicator.type') ?? typeOf(members),
    members,
    // The type says what the filter does: members without a value are left out.
    about: Object.fromEntries(
      Object.entries(about).filter(([, value]) => value !== undefined),
    ) satisfies AboutIndicator,
  }
}

/** The type of an indicator that does not say its own. */
function typeOf(members: JsonObject): string {
  const ip = firstValueOf(members, 'ip')
  if (ip !== undefined) return String(ip).includes(':') ? 'ipv6-addr' : 'ipv4-addr'
  if (firstValueOf(members, 'url.full') !== undefined) return 'url'
  if (firstValueOf(members, 'url.domain') !== undefined) return 'domain-name'
  if (firstValueOf(members, 'email.address') !== undefined) return 'email-addr'
  const isRegistry = isJsonObject(members['registry']) || 'registry.path' in members
  return isRegistry ? 'windows-registry-key' : 'file'
}
