import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import { firstValueOf, objectsAt, type EventDocument } from '#event'
import type { EventMatches, IndicatorMatch } from './match-indicators.ts'

/** The event with what it matched as further `threat.enrichments`, one for each matched field of an indicator. */
export function enriched({ event, matches }: EventMatches, indicatorPath: string): EventDocument {
  const { source } = event
  const enrichments = [
    ...objectsAt(source, 'threat.enrichments'),
    ...matches.map((match) => enrichmentOf(match, indicatorPath)),
  ]
  const { 'threat.enrichments': _dotted, ...rest } = source
  const threat = rest['threat'] ?? {}
  // A `threat` that is no object is not ours to mend.
  if (!isJsonObject(threat)) {
    return { ...event, source: { ...rest, 'threat.enrichments': enrichments } }
  }
  return { ...event, source: { ...rest, threat: { ...threat, enrichments } } }
}

function enrichmentOf({ indicator, entry, value }: IndicatorMatch, path: string): JsonObject {
  const { source, id, index } = indicator
  const feed = firstValueOf(source, 'threat.feed.name')
  return {
    indicator: objectBelow(source, path),
    feed: feed === undefined ? {} : { name: feed },
    matched: { atomic: value, field: entry.field, id, index, type: 'indicator_match_rule' },
  }
}

/** The object at a path, whether it is written nested, dotted or both; of an array its first object. */
export function objectBelow(node: JsonValue, path: string): JsonObject {
  const object: JsonValue = Array.isArray(node) ? (node.find(isJsonObject) ?? null) : node
  if (!isJsonObject(object)) return {}
  if (path === '') return object
  const found: JsonObject[] = []
  for (const [key, member] of Object.entries(object)) {
    if (key === path) found.push(objectBelow(member, ''))
    else if (path.startsWith(`${key}.`)) {
      found.push(objectBelow(member, path.slice(key.length + 1)))
    } else if (key.startsWith(`${path}.`)) {
      found.push({ [key.slice(path.length + 1)]: member })
    }
  }
  return Object.assign({}, ...found)
}
