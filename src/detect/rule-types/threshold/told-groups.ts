import { isJsonObject, parseDate, type JsonValue } from '#base'
import type { AlertBody } from '#alert'
import type { TermField } from '../../first-seen/term.ts'
import type { WindowSearch } from '../../rule-type.ts'

/** Up to which event time groups are told, epoch milliseconds, by the key of the group's combination. */
export type ToldGroups = ReadonlyMap<string, number>

/**
 * The groups that the rule's alerts tell of already. Alerts that count by other fields, from a time when
 * the rule was another, say nothing of the groups of now.
 */
export async function toldGroups(
  search: WindowSearch,
  fields: readonly TermField[],
): Promise<ToldGroups> {
  const told = new Map<string, number>()
  for await (const alert of search.ownAlerts(search.window)) {
    const key = groupKeyOf(alert, fields)
    const endMs = endMsOf(alert)
    if (key === undefined || endMs === undefined || endMs <= search.window.fromMs) continue
    told.set(key, Math.max(told.get(key) ?? endMs, endMs))
  }
  return told
}

/** What was noted of told groups; undefined where nothing was. */
export function toldFromNote(note: JsonValue | undefined): ToldGroups | undefined {
  if (!Array.isArray(note)) return undefined
  const pairs: readonly JsonValue[] = note
  return new Map(
    pairs.flatMap((pair) => {
      const [key, endMs]: readonly JsonValue[] = Array.isArray(pair) ? pair : []
      return typeof key === 'string' && typeof endMs === 'number' ? [[key, endMs] as const] : []
    }),
  )
}

function groupKeyOf(alert: AlertBody, fields: readonly TermField[]): string | undefined {
  const result = alert['kibana.alert.threshold_result']
  const terms = isJsonObject(result) ? result['terms'] : undefined
  if (!Array.isArray(terms)) return undefined
  const pairs: readonly JsonValue[] = terms
  const values = new Map(
    pairs.filter(isJsonObject).map((term) => [term['field'], term['value'] ?? null]),
  )
  if (values.size !== fields.length || fields.some(({ name }) => !values.has(name))) {
    return undefined
  }
  return JSON.stringify(fields.map(({ name }) => values.get(name)))
}

/** An alert that has taken others in stands for later events than those it was made of. */
function endMsOf(alert: AlertBody): number | undefined {
  const times = ['kibana.alert.original_time', 'kibana.alert.suppression.end'].flatMap((field) => {
    const value = alert[field]
    return typeof value === 'string' ? (parseDate(value) ?? []) : []
  })
  return times.length === 0 ? undefined : Math.max(...times)
}
