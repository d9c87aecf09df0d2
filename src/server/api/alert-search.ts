import { statusOf, type AlertBody } from '#alert'
import { Fault } from '#base'
import type { AlertQuery } from '#detect'
import { compileFilter, languageOf } from '#query'
import type { Versioned } from '#store'
import type { ApiWorld } from './api-world.ts'

/** Alerts that a KQL text means, of the newest that were looked through. */
export interface FoundAlerts {
  /** Newest first, of the statuses asked for. */
  readonly items: readonly Versioned<AlertBody>[]
  readonly counts: { readonly open: number; readonly acknowledged: number; readonly closed: number }
  /** There are older alerts that nobody looked at. */
  readonly isCut: boolean
}

const pageSize = 500
const maxLookedAt = 10_000

/**
 * Looks through alerts by a KQL text, newest first, 10,000 at most, and keeps the first `limit` of the statuses asked for.
 * Faults: `invalid` for a text that is no KQL.
 */
export async function searchAlerts(
  { alerts, fields, clock }: Pick<ApiWorld, 'alerts' | 'fields' | 'clock'>,
  { status, ...anyStatus }: AlertQuery,
  { query, limit }: { readonly query: string; readonly limit: number },
): Promise<FoundAlerts> {
  const matches = matcherOf(query, { fields, nowMs: clock.nowMs() })
  const counts = { open: 0, acknowledged: 0, closed: 0 }
  const items: Versioned<AlertBody>[] = []
  let lookedAt = 0
  let after: string | undefined
  do {
    const page = await alerts.list({
      ...anyStatus,
      limit: pageSize,
      ...(after !== undefined && { after }),
    })
    lookedAt += page.items.length
    for (const item of page.items.filter(({ body }) => matches(body))) {
      const found = statusOf(item.body)
      counts[found]++
      if (items.length < limit && (status === undefined || status.includes(found))) items.push(item)
    }
    after = page.next
  } while (after !== undefined && lookedAt < maxLookedAt)
  return { items, counts, isCut: after !== undefined }
}

function matcherOf(
  query: string,
  context: Parameters<typeof compileFilter>[1],
): (body: AlertBody) => boolean {
  const parsed = languageOf('kuery')?.parse(query)
  if (parsed?.ok === true) return compileFilter(parsed.value, context)
  const told = parsed?.error.map(({ message, span }) => `${message} (at ${span.start + 1})`) ?? []
  throw new Fault('invalid', 'api.invalid-query', told.join('; '))
}
