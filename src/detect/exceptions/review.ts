import { statusOf, type AlertBody } from '#alert'
import { parseDate } from '#base'
import type { FieldCatalogue } from '#event'
import { isExpired, type ExceptionItem, type InstalledRule } from '#rule'
import type { Versioned } from '#store'
import type { AlertBook } from '../alerts.ts'
import { endpointListId, type ExceptionBook } from '../exceptions.ts'
import type { RuleBook } from '../rules.ts'
import type { ExceptionMatches } from './exception-tally.ts'
import { readyItems } from './ready-items.ts'

/** What to think of an item. `stale`: it has not matched for 30 days. */
export type ExceptionVerdict =
  'never-matched' | 'stale' | 'active' | 'expired' | 'left-to-endpoints' | 'not-applied'

/** How one item fares. */
export interface ItemReview {
  readonly item: ExceptionItem
  readonly verdict: ExceptionVerdict
  /** Epoch milliseconds; undefined where the item does not say. */
  readonly createdMs: number | undefined
  readonly matches: ExceptionMatches | undefined
  /** Ids of alerts closed as true positives that the item would have kept from being raised. */
  readonly truePositives: readonly string[]
}

/** How a list fares. */
export interface ExceptionReview {
  /** The rules that name the list. */
  readonly rules: readonly InstalledRule[]
  readonly items: readonly ItemReview[]
  readonly alertsLookedAt: number
}

const staleMs = 30 * 86_400_000

/** The newest closed alerts of each rule are looked at, so many at most. */
const maxAlertsOfRule = 10_000

/** Reviews every item of a list. Costs the reading of the closed alerts of the rules that name it. */
export async function reviewExceptions(
  {
    exceptions,
    rules,
    alerts,
    fields,
    nowMs,
  }: {
    readonly exceptions: ExceptionBook
    readonly rules: RuleBook
    readonly alerts: AlertBook
    readonly fields: FieldCatalogue
    readonly nowMs: number
  },
  listId: string,
): Promise<ExceptionReview> {
  const items = await exceptions.items(listId)
  const using = (await rules.list()).filter(({ rule }) =>
    rule.exceptionsList.some((list) => list.listId === listId),
  )
  const matches = await exceptions.tally.of(items.map(({ itemId }) => itemId))
  const matchesById = new Map(matches.map((each) => [each.itemId, each]))
  const ready = await readyItems(exceptions, items, { fields, nowMs })
  const closed: Versioned<AlertBody>[] = []
  for (const { uuid } of using) closed.push(...(await truePositivesOf(alerts, uuid)))
  return {
    rules: using,
    alertsLookedAt: closed.length,
    items: items.map((item) => {
      const excepting = ready.get(item.itemId)
      const known = matchesById.get(item.itemId)
      const hidden = closed.filter(({ id, body }) =>
        excepting?.excepts({ id, index: '', source: body }),
      )
      return {
        item,
        verdict: verdictOf(item, { isReady: excepting !== undefined, matches: known, nowMs }),
        createdMs: createdMsOf(item),
        matches: known,
        truePositives: hidden.map(({ id }) => id),
      }
    }),
  }
}

async function truePositivesOf(
  alerts: AlertBook,
  ruleUuid: string,
): Promise<readonly Versioned<AlertBody>[]> {
  const { items } = await alerts.list({ ruleUuid, status: ['closed'], limit: maxAlertsOfRule })
  return items.filter(
    ({ body }) =>
      statusOf(body) === 'closed' && body['kibana.alert.workflow_reason'] === 'true_positive',
  )
}

function verdictOf(
  item: ExceptionItem,
  {
    isReady,
    matches,
    nowMs,
  }: {
    readonly isReady: boolean
    readonly matches: ExceptionMatches | undefined
    readonly nowMs: number
  },
): ExceptionVerdict {
  if (item.listId === endpointListId) return 'left-to-endpoints'
  if (isExpired(item, nowMs)) return 'expired'
  if (!isReady) return 'not-applied'
  if (matches === undefined) return 'never-matched'
  return nowMs - matches.lastMs > staleMs ? 'stale' : 'active'
}

function createdMsOf({ unknown }: ExceptionItem): number | undefined {
  const at = unknown?.['created_at']
  return typeof at === 'string' ? parseDate(at) : undefined
}
