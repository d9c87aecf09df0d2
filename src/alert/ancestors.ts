import { isJsonObject, type JsonObject } from '#base'
import type { EventDocument } from '#event'
import { elementsOf, memberAt } from './event-lookup.ts'

/** Where an alert comes from: the parents of its event, then the event itself, and how deep that makes it. */
export interface Ancestry {
  readonly ancestors: readonly JsonObject[]
  /** 1 for an alert on an event, 2 for an alert on such an alert, and so on. */
  readonly depth: number
}

/** The ancestry of an alert on a document; a document that is itself an alert brings its own. */
export function ancestryOf(event: EventDocument): Ancestry {
  const { source } = event
  const ruleUuid = memberAt(source, 'kibana.alert.rule.uuid')
  const isAlert = memberAt(source, 'kibana.alert.uuid') !== undefined && ruleUuid !== undefined
  if (!isAlert) {
    return {
      ancestors: [{ id: event.id, type: 'event', index: event.index, depth: 0 }],
      depth: 1,
    }
  }
  const given = memberAt(source, 'kibana.alert.depth')
  const depth = typeof given === 'number' ? given : 1
  const older = elementsOf(memberAt(source, 'kibana.alert.ancestors')).filter(isJsonObject)
  const parent = { rule: ruleUuid, id: event.id, type: 'signal', index: event.index, depth }
  return { ancestors: [...older, parent], depth: depth + 1 }
}

/** Whether one of the alerts in an ancestry was made by this rule, so that it would feed on itself. */
export function comesFromRule(ancestry: Ancestry, ruleUuid: string): boolean {
  return ancestry.ancestors.some((ancestor) => ancestor['rule'] === ruleUuid)
}
