import type { AlertBody } from './alert-context.ts'

/** Where an alert stands in the eyes of whoever triages it. */
export type AlertStatus = 'open' | 'acknowledged' | 'closed'

/** Every status, in the order of a triage. */
export const alertStatuses: readonly AlertStatus[] = ['open', 'acknowledged', 'closed']

/** A move of one alert to a status. */
export interface StatusChange {
  readonly status: AlertStatus
  /** When, epoch milliseconds. */
  readonly atMs: number
  /** Why it was closed, in one word or a few. */
  readonly reason?: string
  /** Who did it. */
  readonly user?: string
}

/** Where an alert stands; `in-progress`, an older spelling, counts as acknowledged. */
export function statusOf(body: AlertBody): AlertStatus {
  const found = body['kibana.alert.workflow_status']
  if (found === 'in-progress') return 'acknowledged'
  return alertStatuses.find((status) => status === found) ?? 'open'
}

/**
 * The alert with its status changed. The same status with the same reason changes nothing and gives back
 * the very same object, so that a repeated request does not look like new work.
 */
export function withStatus(body: AlertBody, change: StatusChange): AlertBody {
  const reason = body['kibana.alert.workflow_reason']
  if (statusOf(body) === change.status && reason === change.reason) return body
  const { 'kibana.alert.workflow_reason': _old, ...rest } = body
  return {
    ...rest,
    'kibana.alert.workflow_status': change.status,
    'kibana.alert.workflow_status_updated_at': new Date(change.atMs).toISOString(),
    ...(change.reason === undefined ? {} : { 'kibana.alert.workflow_reason': change.reason }),
    ...(change.user === undefined ? {} : { 'kibana.alert.workflow_user': change.user }),
  }
}
