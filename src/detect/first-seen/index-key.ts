import { err, ok, type Result } from '#base'
import { alertIndexOf } from '#alert'
import { compileIndexPatterns } from '#event'
import type { FilterPlan } from '#query'
import { withAlertAliases } from '../execution/alert-patterns.ts'
import { dependsOnTime, filterKey } from '../execution/effective-filter.ts'
import type { FirstSeenRequest, HistorySearch } from './first-seen-history.ts'

/** Raised whenever what is derived from events is derived otherwise. */
const derivation = 1

/** The same for questions that one index can answer; or, in a sentence, why none can. */
export function indexKeyOf(
  { filter, indices, time, context, owner }: HistorySearch,
  { fields }: Pick<FirstSeenRequest, 'fields'>,
  productVersion: string,
): Result<string, string> {
  if (compileIndexPatterns(withAlertAliases(indices))(alertIndexOf(owner.space))) {
    return err('the rule reads alerts, too, and those change')
  }
  const text = textOf(filter)
  if (dependsOnTime(text)) return err('what the filter means depends on the time')
  const names = fields.map(({ name }) => name)
  return ok(
    JSON.stringify([
      derivation,
      productVersion,
      text,
      indices,
      time,
      context.fields.version,
      names,
    ]),
  )
}

/** Early answers ask for each batch, with the same filter for minutes. */
const texts = new WeakMap<FilterPlan, string>()

function textOf(filter: FilterPlan): string {
  const known = texts.get(filter)
  if (known !== undefined) return known
  const text = filterKey(filter)
  texts.set(filter, text)
  return text
}
