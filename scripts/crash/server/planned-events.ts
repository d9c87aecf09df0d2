/** The index of all planned events. */
export const plannedIndex = 'logs-endpoint.events.process-default'

/** Events of a batch. */
export const batchEvents = 40

/** Batches after which all parents and pairs are complete: nothing of what comes before is met again. */
export const closedBatches = 11

/** One event of the plan. */
export interface PlannedEvent {
  readonly id: string
  /** Its action line and its source, as `_bulk` takes them. */
  readonly lines: string
}

/** The same events in every run; times are the only thing that differs. */
export function plannedBatch(batch: number, nowMs: number): readonly PlannedEvent[] {
  return Array.from({ length: batchEvents }, (_, n) => {
    const number = batch * batchEvents + n
    const id = `event-${number}`
    const event = {
      '@timestamp': new Date(nowMs + n).toISOString(),
      event: { category: ['process'], type: ['start'], kind: 'event' },
      number,
      ...ownMembers(number),
    }
    const action = { create: { _index: plannedIndex, _id: id } }
    return { id, lines: `${JSON.stringify(action)}\n${JSON.stringify(event)}\n` }
  })
}

function ownMembers(number: number): object {
  const inBatch = number % batchEvents
  if (inBatch === 3 || inBatch === 4) {
    const pair = Math.floor(number / batchEvents)
    return { pair, process: { name: inBatch === 3 ? 'opened' : 'closed' } }
  }
  const name = number % 37 === 0 ? 'marked' : number % 11 === 0 ? 'docker' : 'other'
  return { process: { name, parent: { executable: `/parent/${Math.floor(number / 110)}` } } }
}
