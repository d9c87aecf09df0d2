import { statusOf, type AlertBody, type AlertStatus } from '#alert'
import { textOf, textsOf } from './text-of.ts'

/** An alert as a list shows it: a line, and not the whole document. */
export interface AlertRow {
  readonly id: string
  readonly status: AlertStatus
  /** Why it was closed; empty where nobody said. */
  readonly closedAs: string
  readonly severity: string
  readonly riskScore: number
  /** When the alert came into being, and when its event happened; ISO 8601. */
  readonly createdAt: string
  readonly happenedAt: string
  readonly rule: string
  readonly ruleUuid: string
  readonly host: string
  readonly user: string
  /** The command as it was given and who gave it, else the reason of the alert. */
  readonly what: string
  /** What was new, for rules that look for that. */
  readonly newTerms: readonly string[]
  /** Events folded into it by suppression. */
  readonly suppressed: number
}

/** The longest line; the alert itself has the rest. */
const maxWhat = 600

/** The {@link AlertRow} of an alert. */
export function alertRow(id: string, body: AlertBody): AlertRow {
  return {
    id,
    status: statusOf(body),
    closedAs: textOf(body, 'kibana.alert.workflow_reason'),
    severity: textOf(body, 'kibana.alert.severity'),
    riskScore: Number(textOf(body, 'kibana.alert.risk_score') || 0),
    createdAt: textOf(body, '@timestamp'),
    happenedAt: textOf(body, 'kibana.alert.original_time') || textOf(body, '@timestamp'),
    rule: textOf(body, 'kibana.alert.rule.name'),
    ruleUuid: textOf(body, 'kibana.alert.rule.uuid'),
    host: textOf(body, 'host.name'),
    user: textOf(body, 'user.name'),
    what: whatHappened(body).slice(0, maxWhat),
    newTerms: textsOf(body, 'kibana.alert.new_terms').map((term) => term.slice(0, maxWhat)),
    suppressed: Number(textOf(body, 'kibana.alert.suppression.docs_count') || 0),
  }
}

function whatHappened(body: AlertBody): string {
  const command = textsOf(body, 'process.args').join(' ')
  const parent = textOf(body, 'process.parent.name')
  if (command === '') return textOf(body, 'kibana.alert.reason')
  return parent === '' ? command : `${parent} → ${command}`
}
