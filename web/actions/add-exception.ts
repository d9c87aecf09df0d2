import type { JsonObject } from '#base'
import { api } from '../api.ts'
import { counted } from '../parts/text.tsx'
import { tellDone } from '../frame/toast.tsx'

/** Adds an exception to a rule and closes the alerts that it would have kept away; one undo for both. */
export async function addException({
  ruleId,
  name,
  entries,
  expiresInDays,
  closes,
}: {
  readonly ruleId: string
  readonly name: string
  readonly entries: readonly JsonObject[]
  readonly expiresInDays: number | undefined
  readonly closes: readonly string[]
}): Promise<void> {
  const expireTime =
    expiresInDays === undefined
      ? {}
      : { expire_time: new Date(Date.now() + expiresInDays * 86_400_000).toISOString() }
  const item = await api.addRuleException({ id: ruleId, body: { name, entries, ...expireTime } })
  const { rows } = await api.listAlertRows({
    rule: ruleId,
    status: ['open', 'acknowledged'],
    limit: 10_000,
  })
  const hidden = new Set(closes)
  const closing = rows.filter(({ id }) => hidden.has(id))
  if (closing.length > 0) {
    await api.setAlertsStatus({
      body: { ids: closing.map(({ id }) => id), status: 'closed', reason: 'false_positive' },
    })
  }
  tellDone(`Exception added, ${counted(closing.length, 'alert')} closed.`, async () => {
    await api.removeExceptionItem({
      list_id: String(item['list_id']),
      item_id: String(item['item_id']),
    })
    for (const status of ['open', 'acknowledged'] as const) {
      const ids = closing.filter((row) => row.status === status).map(({ id }) => id)
      if (ids.length > 0) await api.setAlertsStatus({ body: { ids, status } })
    }
  })
}
