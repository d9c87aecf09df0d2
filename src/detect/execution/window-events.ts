import type { EventDocument } from '#event'
import type { WindowSearch } from '../rule-type.ts'

/** The events of a window that pass the rule's filter, in pages, oldest first. */
export function eventsOfWindow({
  indices,
  filter,
  context,
  reader,
  signal,
  time,
  window,
}: WindowSearch): AsyncIterable<readonly EventDocument[]> {
  return reader.search({
    indices,
    filter,
    context,
    signal,
    time: { fields: time, ...window },
    order: 'time-ascending',
    recurs: true,
  })
}
