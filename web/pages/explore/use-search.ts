import { api } from '../../api.ts'
import { useLoaded } from '../../parts/use-loaded.ts'
import type { Question } from './field-bar.tsx'

/** The events of a question, and how many there were by time: two requests, neither waits for the other. */
export function useSearch(
  question: Question,
  {
    limit,
    everySeconds,
    turn,
  }: {
    readonly limit: number
    readonly everySeconds: number
    readonly turn: number
  },
) {
  const key = JSON.stringify([question, turn])
  const events = useLoaded(`${key} ${limit}`, (signal) =>
    api.searchEvents({ ...question, limit, longest: 2_000 }, signal),
  )
  const byTime = useLoaded(`${key} ${everySeconds}`, (signal) =>
    api.countEventsByTime({ ...question, every_s: everySeconds }, signal),
  )
  const buckets = (byTime.value?.buckets ?? []).map(({ start, events: count }) => ({
    start,
    count,
  }))
  return {
    events,
    byTime,
    buckets,
    total:
      byTime.value === undefined ? undefined : buckets.reduce((sum, { count }) => sum + count, 0),
  }
}
