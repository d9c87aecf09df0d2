import type { EventDocument } from '#event'
import type { FilterPlan } from '#query'
import type { RuleWindow } from '#rule'
import type { EffectiveFilter } from './effective-filter.ts'
import type { EventReader } from './event-reader.ts'
import type { ExceptingItem } from './excepting-item.ts'

/** Told of every event that an item keeps from a rule. */
export type NoteExcepted = (itemId: string, event: EventDocument) => void

/**
 * The same documents as the effective filter leaves, with a note of each that an exception item drops:
 * where a search carries the exceptions in its filter, the store is asked for the rest of the filter, and
 * the items only for what passed it. Searches that reach back before `windows` or that have a limit look
 * at events again that were or will be noted: they are left as they are. Items that no filter can hold
 * apply to all.
 */
export function readerExcepting(
  reader: EventReader,
  { exceptions, items, largeItems }: Pick<EffectiveFilter, 'exceptions' | 'items' | 'largeItems'>,
  { windows, note }: { readonly windows: readonly RuleWindow[]; readonly note: NoteExcepted },
): EventReader {
  if (items.length === 0 && largeItems.length === 0) return reader
  const earliestMs = Math.min(...windows.map(({ fromMs }) => fromMs))
  return {
    ...reader,
    async *search(request) {
      const { limit, time } = request
      const isNoted = time !== undefined && time.fromMs >= earliestMs
      const rest =
        isNoted && limit === undefined ? withoutPart(request.filter, exceptions) : undefined
      const asked = rest === undefined ? largeItems : [...items, ...largeItems]
      if (asked.length === 0) return yield* reader.search(request)
      const { limit: _limit, ...unlimited } = request
      const excepted = exceptedBy(asked, isNoted ? note : () => undefined)
      let left = limit ?? Number.POSITIVE_INFINITY
      for await (const page of reader.search({ ...unlimited, filter: rest ?? request.filter })) {
        const kept = page.filter((event) => !excepted(event)).slice(0, left)
        if (kept.length > 0) yield kept
        left -= kept.length
        if (left <= 0) return
      }
    },
  }
}

/** Whether any item excepts an event; each that does is told of, not only the first. */
export function exceptedBy(
  items: readonly ExceptingItem[],
  note: NoteExcepted,
): (event: EventDocument) => boolean {
  return (event) => {
    let excepted = false
    for (const item of items) {
      if (!item.excepts(event)) continue
      excepted = true
      note(item.itemId, event)
    }
    return excepted
  }
}

/**
 * A plan without one of its and-ed parts, found as the very object; undefined where it is not among them.
 * Rule types narrow the filter that they are given by and-ing more to it, which keeps its parts.
 */
function withoutPart(plan: FilterPlan, part: FilterPlan): FilterPlan | undefined {
  if (plan === part) return { kind: 'all' }
  if (plan.kind !== 'and') return undefined
  const rests = plan.of.map((each) => withoutPart(each, part))
  const at = rests.findIndex((rest) => rest !== undefined)
  const rest = rests[at]
  return rest === undefined ? undefined : { kind: 'and', of: plan.of.with(at, rest) }
}
