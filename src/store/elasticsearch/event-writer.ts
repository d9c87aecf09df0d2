import { randomUUID } from 'node:crypto'
import { Fault, type Clock, type JsonObject } from '#base'
import { admit } from '../admission.ts'
import type { AppendOutcome, NewEvent, WrittenNewEvent } from '../event-store.ts'
import { maxIndices, tooManyIndices } from '../limits.ts'
import type { Cluster } from './cluster.ts'
import { eventAtRest, eventPlace, type EventAtRest } from './event-document.ts'
import { numberAt, objectAt, objectsAt, textAt } from './reply.ts'
import type { WriterLease } from './writer-lease.ts'

/** What the writer knows of the store, and keeps up. */
export interface EventLedger {
  /** The oldest event that retention has left. */
  first: number
  /** The newest event that readers see. */
  last: number
  /** The longest event, bytes of its text: how many are read at once depends on it. */
  longestBytes: number
  readonly indices: Set<string>
}

/** Sequences are claimed so many at once: after a crash so many may be left out. */
const claimSequences = 10_000

/** One request to the cluster is about so long at most, bytes. */
const bulkBytes = 8 * 1024 * 1024

/** More bytes waiting are refused: `rate-limited`. */
const maxWaitingBytes = 256 * 1024 * 1024

type Incoming = NewEvent | WrittenNewEvent

/** An event with its place in the answer. */
interface Candidate {
  readonly event: Incoming
  readonly id: string
  readonly json: Uint8Array
  readonly answer: (outcome: AppendOutcome) => void
}

/**
 * Numbers events and writes them, one batch after the other; what comes meanwhile is the next batch. An event that the
 * cluster refuses as it is, is kept as text.
 */
export function eventWriter(world: {
  readonly cluster: Cluster
  readonly stream: string
  readonly lease: WriterLease
  readonly ledger: EventLedger
  readonly clock: Clock
  /** Which of these places have an event already. */
  readonly existing: (places: readonly string[]) => Promise<ReadonlySet<string>>
  /** Something was written that searches do not see yet. */
  readonly written: () => void
}): {
  append(events: readonly Incoming[]): Promise<readonly AppendOutcome[]>
  drained(): Promise<void>
} {
  const { cluster, stream, lease, ledger, clock } = world
  let next = lease.claimedThrough + 1
  let waitingBytes = 0
  let turn: Promise<unknown> = Promise.resolve()

  const write = async (candidates: readonly Candidate[]): Promise<void> => {
    const fresh = await withoutKnown(candidates)
    const through = next + fresh.length - 1
    if (through > lease.claimedThrough) await lease.claim(through + claimSequences)
    const ingestedMs = clock.nowMs()
    const numbered = fresh.map((candidate, at) => ({ candidate, sequence: next + at }))
    // Whatever becomes of this batch: some of it may be written, and no number is used twice.
    next = through + 1
    for (const some of bulksOf(numbered)) {
      const documents = some.map(({ candidate, sequence }) => ({
        candidate,
        sequence,
        document: eventAtRest(candidate.event, { ...candidate, sequence, ingestedMs }),
      }))
      await send(documents)
      for (const { candidate, sequence } of some) {
        ledger.indices.add(candidate.event.index)
        ledger.longestBytes = Math.max(ledger.longestBytes, candidate.json.length)
        ledger.last = sequence
        candidate.answer({ status: 'created', id: candidate.id, sequence })
      }
    }
  }

  const withoutKnown = async (candidates: readonly Candidate[]): Promise<readonly Candidate[]> => {
    const named = candidates.filter(({ event }) => event.id !== undefined)
    const places = named.map(({ event, id }) => eventPlace(event.index, id))
    const known = new Set(places.length === 0 ? [] : await world.existing(places))
    const indices = new Set(ledger.indices)
    return candidates.filter(({ event, id, answer }) => {
      const place = eventPlace(event.index, id)
      if (known.has(place)) {
        answer({ status: 'exists', id })
        return false
      }
      if (!indices.has(event.index) && indices.size >= maxIndices) {
        answer({ status: 'refused', id, reason: tooManyIndices(event.index) })
        return false
      }
      known.add(place)
      indices.add(event.index)
      return true
    })
  }

  const send = async (documents: readonly Numbered[]): Promise<void> => {
    const refused = await bulk(documents, ({ native, asText }) => native ?? asText)
    world.written()
    if (refused.length === 0) return
    const [still] = await bulk(refused, ({ asText }) => asText)
    if (still === undefined) return
    const { index } = still.candidate.event
    throw new Fault(
      'unavailable',
      'store.not-written',
      `write events: the cluster keeps one of ${index} in no form`,
    )
  }

  /** Writes documents; gives back those that the cluster refused for what stands in them. */
  const bulk = async (
    documents: readonly Numbered[],
    textOf: (document: EventAtRest) => string,
  ): Promise<readonly Numbered[]> => {
    const { body } = await cluster.request({
      doing: 'write events',
      method: 'POST',
      path: `/${stream}/_bulk`,
      lines: documents.flatMap(({ document }) => [
        JSON.stringify({ create: { _id: document.place } }),
        textOf(document),
      ]),
    })
    if (body['errors'] !== true) return []
    return objectsAt(body, 'items').flatMap((item, at) => {
      const result = objectAt(item, 'create')
      const document = documents[at]
      return document !== undefined && isRefused(result) ? [document] : []
    })
  }

  return {
    append(events) {
      const outcomes: AppendOutcome[] = []
      const candidates = events.flatMap((event, at): readonly Candidate[] => {
        const id = event.id ?? randomUUID()
        const admission = admit(event)
        if (admission.kind === 'admitted') {
          const answer = (outcome: AppendOutcome) => {
            outcomes[at] = outcome
          }
          return [{ event, id, json: admission.json, answer }]
        }
        outcomes[at] = { status: 'refused', id, reason: admission.reason }
        return []
      })
      if (candidates.length === 0) return Promise.resolve(outcomes)
      const bytes = candidates.reduce((sum, { json }) => sum + json.length, 0)
      if (waitingBytes > 0 && waitingBytes + bytes > maxWaitingBytes) {
        const message = `append ${events.length} events: too much waits for the cluster; send them again later`
        return Promise.reject(new Fault('rate-limited', 'store.busy', message))
      }
      waitingBytes += bytes
      const done = turn
        .then(() => write(candidates))
        .finally(() => {
          waitingBytes -= bytes
        })
      turn = done.catch(() => undefined)
      return done.then(() => outcomes)
    },
    drained: async () => {
      await turn
    },
  }
}

interface Numbered {
  readonly candidate: Candidate
  readonly sequence: number
  readonly document: EventAtRest
}

/** Whether a document was refused for what stands in it; a fault where the cluster could not write it now. */
function isRefused(result: JsonObject): boolean {
  const status = numberAt(result, 'status') ?? 0
  // 409: an earlier try of this very request wrote it.
  if ((status >= 200 && status < 300) || status === 409) return false
  if (status === 400) return true
  const reason = textAt(result, 'error', 'reason')
  const kind = status === 429 ? 'rate-limited' : 'unavailable'
  throw new Fault(
    kind,
    'store.not-written',
    `write events: the cluster answered ${status}: ${reason}`,
  )
}

function* bulksOf<T extends { readonly candidate: Candidate }>(
  numbered: readonly T[],
): Generator<readonly T[]> {
  let some: T[] = []
  let bytes = 0
  for (const each of numbered) {
    const { length } = each.candidate.json
    if (some.length > 0 && (bytes + length > bulkBytes || some.length >= 2_000)) {
      yield some
      some = []
      bytes = 0
    }
    some.push(each)
    bytes += length
  }
  if (some.length > 0) yield some
}
