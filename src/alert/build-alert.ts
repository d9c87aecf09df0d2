import { parseDate, type JsonObject, type JsonValue } from '#base'
import type { EventDocument } from '#event'
import type { Rule } from '#rule'
import type { Alert, AlertContext } from './alert-context.ts'
import { ancestryOf, type Ancestry } from './ancestors.ts'
import { cleanSource } from './clean-source.ts'
import { elementsOf, memberAt, membersBelow, withoutField } from './event-lookup.ts'
import { riskScoreOf, ruleNameOf, severityOf } from './overrides.ts'
import { reasonOf } from './reason.ts'
import { ruleSnapshot } from './rule-snapshot.ts'
import { blockMembers, shellAncestry, shellMembers, type SequenceIds } from './sequence-alert.ts'

/** One alert to make: of which event, under which id, with what the rule's type adds. */
export interface AlertDraft {
  readonly event: EventDocument
  readonly id: string
  /** Dotted members of the rule's type: new terms, suppression. */
  readonly extras?: JsonObject
}

/** The alerts to make of a sequence: of which events, in their order; extras go to the alert that stands for all. */
export interface SequenceDraft {
  readonly events: readonly EventDocument[]
  readonly ids: SequenceIds
  readonly extras?: JsonObject
}

/** Makes the alerts of one execution. */
export interface AlertBuilder {
  ofEvent(draft: AlertDraft): Alert
  /** A building block for each event, then the alert that stands for them all. */
  ofSequence(draft: SequenceDraft): readonly Alert[]
  /** The latter alone. */
  shellOf(draft: SequenceDraft): Alert
}

/** An {@link AlertBuilder}; what its alerts share is worked out once, with the first. */
export function alertBuilder(context: AlertContext): AlertBuilder {
  const { rule } = context.rule
  let known: JsonObject | undefined
  const shared = (): JsonObject => (known ??= executionMembers(context))
  const onEvent = ({ event, id, extras = {} }: AlertDraft, verdict: Verdict): Alert => ({
    id,
    body: {
      ...withoutField(cleanSource(event.source, context.fields), 'event.kind'),
      ...copiedMembers(event),
      ...shared(),
      ...ownMembers(event.source, { id, verdict, ancestry: ancestryOf(event) }, context),
      ...originalTime(event.source),
      'event.kind': 'signal',
      ...extras,
    },
  })
  const ofSequence = ({ events, ids, extras = {} }: SequenceDraft) => {
    const { severity, riskScore, name } = rule
    const verdict = { severity, riskScore, name }
    const blocks = events.map((event, at) => {
      const id = ids.blocks[at] ?? ''
      return onEvent({ event, id, extras: blockMembers(ids, at) }, verdict)
    })
    const alike = shellMembers(blocks.map(({ body }) => body))
    const ancestry = shellAncestry(events, ids.blocks, context.rule.uuid)
    const body = {
      ...alike,
      ...shared(),
      ...ownMembers(alike, { id: ids.shell, verdict, ancestry }, context),
      'kibana.alert.group.id': ids.shell,
      ...extras,
    }
    return { blocks, shell: { id: ids.shell, body } }
  }
  return {
    ofEvent: (draft) => onEvent(draft, verdictOn(draft.event.source, rule)),
    ofSequence(draft) {
      const { blocks, shell } = ofSequence(draft)
      return [...blocks, shell]
    },
    shellOf: (draft) => ofSequence(draft).shell,
  }
}

/** What a rule says of what it found. */
interface Verdict {
  readonly severity: string
  readonly riskScore: number
  readonly name: string
}

function verdictOn(source: JsonObject, rule: Rule): Verdict {
  return {
    severity: severityOf(rule, source),
    riskScore: riskScoreOf(rule, source),
    name: ruleNameOf(rule, source),
  }
}

function executionMembers(context: AlertContext): JsonObject {
  const { rule, execution, createdMs } = context
  const created = new Date(createdMs).toISOString()
  const startedAt = new Date(execution.startedAtMs).toISOString()
  return {
    '@timestamp': created,
    ...ruleSnapshot(rule, context.indices),
    'kibana.alert.rule.execution.uuid': execution.uuid,
    'kibana.alert.rule.execution.timestamp': startedAt,
    'kibana.alert.rule.execution.type': execution.kind,
    'kibana.alert.status': 'active',
    'kibana.alert.workflow_status': 'open',
    'kibana.alert.workflow_tags': [],
    'kibana.alert.workflow_assignee_ids': [],
    'kibana.alert.start': created,
    'kibana.alert.last_detected': created,
    'kibana.alert.intended_timestamp': execution.kind === 'manual' ? startedAt : created,
    ...(rule.rule.buildingBlockType === undefined
      ? {}
      : { 'kibana.alert.building_block_type': rule.rule.buildingBlockType }),
    'kibana.space_ids': [context.space],
    'kibana.version': context.productVersion,
  }
}

function ownMembers(
  source: JsonObject,
  {
    id,
    verdict: { severity, riskScore, name },
    ancestry: { ancestors, depth },
  }: { readonly id: string; readonly verdict: Verdict; readonly ancestry: Ancestry },
  { publicBaseUrl }: AlertContext,
): JsonObject {
  return {
    'kibana.alert.uuid': id,
    'kibana.alert.depth': depth,
    'kibana.alert.ancestors': ancestors,
    'kibana.alert.severity': severity,
    'kibana.alert.risk_score': riskScore,
    'kibana.alert.rule.name': name,
    'kibana.alert.reason': reasonOf(source, { severity, name }),
    ...(publicBaseUrl === undefined ? {} : { 'kibana.alert.url': `${publicBaseUrl}/alerts/${id}` }),
  }
}

/** The event's own `@timestamp`, whatever field the rule goes by. */
function originalTime(source: JsonObject): JsonObject {
  const [first] = elementsOf(memberAt(source, '@timestamp'))
  return first === undefined ? {} : { 'kibana.alert.original_time': dateText(first) }
}

/** Dates are told in one spelling; what is no date is told as it came. */
function dateText(value: JsonValue): JsonValue {
  const ms = typeof value === 'string' ? parseDate(value) : value
  const isTime = typeof ms === 'number' && Math.abs(ms) <= 8.64e15
  return isTime ? new Date(ms).toISOString() : value
}

function copiedMembers({ source }: EventDocument): JsonObject {
  return {
    ...prefixed('kibana.alert.original_event.', membersBelow(source, 'event')),
    ...prefixed('kibana.alert.original_data_stream.', membersBelow(source, 'data_stream')),
  }
}

function prefixed(prefix: string, members: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(members)
      .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
      .map(([key, value]) => [`${prefix}${key}`, value]),
  )
}
