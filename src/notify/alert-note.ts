import type { Alert } from '#alert'
import { firstValueOf } from '#event'
import { severities, type AlertNote } from './connector.ts'

/** What is told of an alert. */
export function noteOf({ id, body }: Alert): AlertNote {
  const text = (field: string): string => {
    const value = firstValueOf(body, field)
    return value === undefined || value === null ? '' : String(value)
  }
  const told = text('kibana.alert.severity')
  return {
    id,
    ruleId: text('kibana.alert.rule.rule_id'),
    rule: text('kibana.alert.rule.name'),
    severity: severities.find((each) => each === told) ?? 'low',
    risk: Number(text('kibana.alert.risk_score')) || 0,
    reason: text('kibana.alert.reason').slice(0, 2_000),
    host: text('host.name'),
    user: text('user.name'),
    at: text('@timestamp'),
  }
}
