import { parseDate } from '#base'
import { severities } from '#rule'
import type { AlertBody } from './alert-context.ts'
import { elementsOf, memberAt } from './event-lookup.ts'
import { statusOf } from './alert-status.ts'
import { isSequenceBlock } from './sequence-alert.ts'

/** The concrete index whose name alerts bear when rules read them as events. */
export function alertIndexOf(space: string): string {
  return `.internal.alerts-security.alerts-${space}-000001`
}

/** How alerts are kept: their collection's name, and the keys to find and sort them by. */
export const alertCollection = {
  name: 'alerts',
  keys: {
    /** `@timestamp`, epoch milliseconds. */
    created_ms: (body: AlertBody) => msOf(body, '@timestamp'),
    status: statusOf,
    rule_uuid: (body: AlertBody) => textOf(body, 'kibana.alert.rule.uuid'),
    rule_id: (body: AlertBody) => textOf(body, 'kibana.alert.rule.rule_id'),
    severity: (body: AlertBody) => textOf(body, 'kibana.alert.severity'),
    /** 1 (low) to 4 (critical). */
    severity_rank: severityRankOf,
    risk_score: (body: AlertBody) => numberOf(body, 'kibana.alert.risk_score'),
    host: (body: AlertBody) => textOf(body, 'host.name'),
    execution_uuid: (body: AlertBody) => textOf(body, 'kibana.alert.rule.execution.uuid'),
    execution_kind: (body: AlertBody) => textOf(body, 'kibana.alert.rule.execution.type'),
    original_ms: (body: AlertBody) => msOf(body, 'kibana.alert.original_time'),
    /** `kibana.alert.start`, epoch milliseconds. */
    start_ms: (body: AlertBody) => msOf(body, 'kibana.alert.start'),
    instance_id: (body: AlertBody) => textOf(body, 'kibana.alert.instance.id'),
    suppression_end_ms: (body: AlertBody) => msOf(body, 'kibana.alert.suppression.end'),
    building_block: (body: AlertBody) =>
      body['kibana.alert.building_block_type'] === undefined ? 0 : 1,
    /** The sequence that an alert stands for or is a building block of. */
    group_id: (body: AlertBody) => textOf(body, 'kibana.alert.group.id'),
    /** 1 for the building block of a sequence, else 0. */
    sequence_block: (body: AlertBody) => (isSequenceBlock(body) ? 1 : 0),
  },
} as const

function severityRankOf(body: AlertBody): number | undefined {
  const rank = severities.findIndex((severity) => severity === body['kibana.alert.severity'])
  return rank < 0 ? undefined : rank + 1
}

function textOf(body: AlertBody, field: string): string | undefined {
  const [first] = elementsOf(memberAt(body, field))
  return typeof first === 'string' ? first : undefined
}

function numberOf(body: AlertBody, field: string): number | undefined {
  const value = memberAt(body, field)
  return typeof value === 'number' ? value : undefined
}

function msOf(body: AlertBody, field: string): number | undefined {
  const [first] = elementsOf(memberAt(body, field))
  if (typeof first === 'number') return first
  return typeof first === 'string' ? parseDate(first) : undefined
}
