import { hashOf, type JsonValue } from '#base'
import type { EventDocument } from '#event'
import type { RuleUuid } from '#rule'

/** Whose alert it is: the rule's identity in one space. A rule installed anew is another owner. */
export interface AlertOwner {
  readonly ruleUuid: RuleUuid
  readonly space: string
}

/** The id of the alert that an owner makes of one event: the same event, the same id. */
export function eventAlertId(event: EventDocument, owner: AlertOwner): string {
  return hashOf('event', event.index, event.id, ownerKey(owner))
}

/** The id of the alert for new terms whose oldest event is this one; terms in the order of the rule's fields. */
export function newTermsAlertId(
  event: EventDocument,
  terms: readonly JsonValue[],
  owner: AlertOwner,
): string {
  return hashOf('new_terms', event.index, event.id, ownerKey(owner), JSON.stringify(terms))
}

/** The id of an alert on one row of several that a query makes of an event: the values that tell it from the others. */
export function rowAlertId(
  event: EventDocument,
  values: readonly JsonValue[],
  owner: AlertOwner,
): string {
  return hashOf('row', event.index, event.id, ownerKey(owner), JSON.stringify(values))
}

/** The id of an alert on what a query found in one window, epoch milliseconds, and on no event that it names. */
export function resultAlertId(
  found: JsonValue,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  owner: AlertOwner,
): string {
  return hashOf('result', ownerKey(owner), JSON.stringify(found), `${fromMs}-${toMs}`)
}

/** The id of an alert that stands for a group of events between two times, epoch milliseconds. */
export function groupAlertId(
  first: EventDocument,
  group: { readonly terms: JsonValue; readonly startMs: number; readonly endMs: number },
  owner: AlertOwner,
): string {
  return hashOf(
    'group',
    first.index,
    first.id,
    ownerKey(owner),
    JSON.stringify(group.terms),
    `${group.startMs}-${group.endMs}`,
  )
}

/** Names one suppression group of an owner for ever (`kibana.alert.instance.id`). */
export function suppressionGroupId(terms: JsonValue, owner: AlertOwner): string {
  return hashOf('suppression', ownerKey(owner), JSON.stringify(terms))
}

/** An owner as ids know it. */
export function ownerKey({ ruleUuid, space }: AlertOwner): string {
  return `${space}:${ruleUuid}`
}
