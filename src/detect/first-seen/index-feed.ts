import type { FieldCatalogue } from '#event'
import { eventFeed, type EventFeed, type FedStore } from '../feed/event-feed.ts'
import { learningGroup, type Learner } from './learning-group.ts'

/** Keeps indexes up with the store. */
export interface IndexFeed extends Omit<EventFeed, 'begin'> {
  /** From now on this index learns every event above {@link EventFeed.position}, which it gives. */
  attach(index: Learner): number
  detach(index: Learner): void
}

/** A feed from a store; `learnt` is called when some events were learnt, and may detach indexes. */
export function indexFeed(
  events: FedStore,
  { fields, learnt }: { readonly fields: FieldCatalogue; readonly learnt: () => void },
): IndexFeed {
  const attached = learningGroup(fields)
  const feed = eventFeed(events, {
    isWanted: () => attached.size > 0,
    take(batch) {
      attached.learn(batch)
      learnt()
    },
  })
  return {
    ...feed,
    attach(index) {
      const position = feed.begin()
      attached.put(index)
      return position
    },
    detach(index) {
      attached.delete(index)
    },
  }
}
