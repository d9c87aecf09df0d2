import type { EventSource, WrittenSource } from '#event'
import type { AcceptedEvent, NewEvent, StoredEvent, WrittenNewEvent } from './event-store.ts'

/** Of an event that the store has accepted: where it lies, and its number. */
type Place = Pick<AcceptedEvent, 'index' | 'id' | 'sequence'>

/** An accepted event, whose source is parsed when it is first asked for where only its text is at hand. */
export function acceptedEvent(place: Place, event: NewEvent | WrittenNewEvent): AcceptedEvent {
  if ('written' in event) return new WrittenEvent(place, event.written)
  const { index, id, sequence } = place
  return { index, id, source: event.source, sequence }
}

/** The same of an event at rest. */
export function storedEvent(
  place: Place & Pick<StoredEvent, 'ingestedMs'>,
  event: NewEvent | WrittenNewEvent,
): StoredEvent {
  if ('written' in event) return new StoredWrittenEvent(place, event.written)
  const { index, id, sequence, ingestedMs } = place
  return { index, id, source: event.source, sequence, ingestedMs }
}

// Classes, because an object with an accessor of its own takes longer to make than the scan of an event.

class WrittenEvent implements AcceptedEvent {
  readonly index: string
  readonly id: string
  readonly sequence: number
  readonly written: WrittenSource

  constructor({ index, id, sequence }: Place, written: WrittenSource) {
    this.index = index
    this.id = id
    this.sequence = sequence
    this.written = written
  }

  get source(): EventSource {
    return this.written.source
  }
}

class StoredWrittenEvent extends WrittenEvent implements StoredEvent {
  readonly ingestedMs: number

  constructor(place: Place & Pick<StoredEvent, 'ingestedMs'>, written: WrittenSource) {
    super(place, written)
    this.ingestedMs = place.ingestedMs
  }
}
