import type { WireAlertRow } from '#api'
import { api } from '../api.ts'
import { counted } from '../parts/text.tsx'
import { problemOf } from '../parts/use-loaded.ts'
import { tellDone } from '../frame/toast.tsx'

/** Why an alert is closed, in the words that its document keeps; the digit after `e` chooses. */
export const closeReasons = [
  { reason: 'false_positive', label: 'false positive', key: '1' },
  { reason: 'benign_positive', label: 'benign positive', key: '2' },
  { reason: 'true_positive', label: 'true positive', key: '3' },
  { reason: 'duplicate', label: 'duplicate', key: '4' },
  { reason: 'other', label: 'other', key: '5' },
] as const

type Status = WireAlertRow['status']

/** Where an alert stood before. */
export interface Stood {
  readonly id: string
  readonly status: Status
  readonly closedAs: string
}

const words: { readonly [status in Status]: string } = {
  open: 'Reopened',
  acknowledged: 'Acknowledged',
  closed: 'Closed',
}

/** Moves alerts and tells of it, with a way back to where each stood. Gives whether it was done. */
export async function changeStatus(
  stood: readonly Stood[],
  change: { readonly status: Status; readonly reason?: string },
): Promise<boolean> {
  try {
    await inParts(stood, (ids) => api.setAlertsStatus({ body: { ids, ...change } }))
  } catch (thrown) {
    tellDone(`Not done: ${problemOf(thrown)}`)
    return false
  }
  const reason = closeReasons.find((each) => each.reason === change.reason)
  const how = reason === undefined ? '' : ` as ${reason.label}`
  tellDone(`${words[change.status]} ${counted(stood.length, 'alert')}${how}.`, () =>
    moveBack(stood),
  )
  return true
}

const partSize = 500

/** Many alerts in several requests, told how far it is. */
async function inParts(
  stood: readonly Stood[],
  ask: (ids: readonly string[]) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < stood.length; at += partSize) {
    if (stood.length > partSize) tellDone(`${at} of ${counted(stood.length, 'alert')}…`)
    await ask(stood.slice(at, at + partSize).map(({ id }) => id))
  }
}

async function moveBack(stood: readonly Stood[]): Promise<void> {
  const groups = Map.groupBy(stood, ({ status, closedAs }) => JSON.stringify([status, closedAs]))
  for (const [, alerts] of groups) {
    const [{ status, closedAs } = { status: 'open' as const, closedAs: '' }] = alerts
    const reason = status === 'closed' && closedAs !== '' ? { reason: closedAs } : {}
    await inParts(alerts, (ids) => api.setAlertsStatus({ body: { ids, status, ...reason } }))
  }
}
