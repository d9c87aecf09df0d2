import type { AlertBody } from '#alert'
import type { FieldCatalogue } from '#event'
import type { ExceptionItem } from '#rule'
import type { Versioned } from '#store'
import type { AlertBook } from '../alerts.ts'
import type { ExceptionBook } from '../exceptions.ts'
import { readyItems } from './ready-items.ts'

/** What an exception item would have kept from being told. */
export interface ExceptionPreview {
  readonly matchesOwn: boolean
  /** Fields of entries that do not fit the alert which the item is made from. */
  readonly failing: readonly string[]
  readonly removed: readonly string[]
  /** Alerts of the rule within 30 days, at most 10,000 of them. */
  readonly total: number
  readonly truePositives: number
}

const monthMs = 30 * 86_400_000
const maxAlerts = 10_000

/** Asks an item of the alert that it is made from, and of all alerts of that rule within 30 days. */
export async function previewException(
  item: ExceptionItem,
  own: Versioned<AlertBody>,
  {
    exceptions,
    alerts,
    fields,
    nowMs,
  }: {
    readonly exceptions: ExceptionBook
    readonly alerts: AlertBook
    readonly fields: FieldCatalogue
    readonly nowMs: number
  },
): Promise<ExceptionPreview> {
  const context = { fields, nowMs }
  const single = item.entries.map((entry, at) => ({
    ...item,
    itemId: `${item.itemId}-${at}`,
    entries: [entry],
  }))
  const ready = await readyItems(exceptions, [item, ...single], context)
  const excepts = (id: string, body: AlertBody) =>
    ready.get(id)?.excepts({ id: '', index: '', source: body }) === true
  const ruleUuid = String(own.body['kibana.alert.rule.uuid'])
  const { items } = await alerts.list({ ruleUuid, fromMs: nowMs - monthMs, limit: maxAlerts })
  const removed = items.filter(({ body }) => excepts(item.itemId, body))
  return {
    matchesOwn: excepts(item.itemId, own.body),
    failing: single
      .filter(({ itemId }) => !excepts(itemId, own.body))
      .flatMap(({ entries }) => entries.map(({ field }) => field)),
    removed: removed.map(({ id }) => id),
    total: items.length,
    truePositives: removed.filter(
      ({ body }) => body['kibana.alert.workflow_reason'] === 'true_positive',
    ).length,
  }
}
