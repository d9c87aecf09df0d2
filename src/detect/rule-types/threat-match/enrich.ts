import { isJsonObject, type JsonObject } from '#base'
import { firstValueOf, objectsAt, type EventDocument } from '#event'
import { objectBelow } from '../../object-below.ts'
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
