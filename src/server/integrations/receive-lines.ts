import { Fault, hashOf, messageOf, type Clock } from '#base'
import { compileIndexPatterns } from '#event'
import type { Integration, Reading } from '#integration'
import type { AppendOutcome } from '#store'
import type { Arrival } from '../arrival.ts'
import type { Caller } from '../auth/caller.ts'
import type { BulkLimits } from '../bulk/receive.ts'
import { decodedLine, byteLineSplitter, type ByteLine } from '../bulk/lines.ts'
import { withTimestamp } from '../bulk/source.ts'
import type { Ingest } from '../ingest.ts'

/** What became of the lines of a request. */
export interface LinesResult {
  /** Events that were kept. */
  readonly kept: number
  /** Events that were there already, under the name of their batch. */
  readonly known: number
  /** Lines and events that were not kept. */
  readonly refused: number
  /** The first of these, each by the line it begins on, from 1. */
  readonly reasons: readonly { readonly line: number; readonly reason: string }[]
}

/** What {@link receiveLines} needs. */
export interface LinesRoad {
  readonly integration: Integration
  readonly ingest: Ingest
  readonly clock: Clock
  readonly limits: BulkLimits
  /** Who sends them: may be held to some indices. */
  readonly caller?: Caller | undefined
  /** A name that the sender gives to these lines: sent again under it, nothing is kept twice. */
  readonly batch?: string | undefined
}

/** So many reasons are told; the others are counted. */
const maxReasons = 100

/**
 * Keeps what an integration makes of the lines of a request, while it arrives, batch by batch. A line that nothing can
 * be made of never holds up the others. Faults: those of the body, `unavailable` when the store refuses; the message says
 * how many events were kept before.
 */
export async function receiveLines(
  chunks: AsyncIterable<Uint8Array>,
  road: LinesRoad,
): Promise<LinesResult> {
  const { integration, clock, limits } = road
  const lines = byteLineSplitter(limits.maxLineBytes)
  const reader = integration.reader({ nowMs: clock.nowMs() })
  const counts = { kept: 0, known: 0, refused: 0 }
  const reasons: { readonly line: number; readonly reason: string }[] = []
  const isPermitted = road.caller?.indices && compileIndexPatterns(road.caller.indices)
  let waiting: { readonly line: number; readonly arrival: Arrival }[] = []
  let waitingBytes = 0

  const refuse = (line: number, reason: string): void => {
    counts.refused++
    if (reasons.length < maxReasons) reasons.push({ line, reason })
  }

  const flush = async (): Promise<void> => {
    const taken = waiting
    waiting = []
    waitingBytes = 0
    if (taken.length === 0) return
    const outcomes = await road.ingest.append(taken.map(({ arrival }) => arrival))
    for (const [at, { line }] of taken.entries()) note(line, outcomes[at])
  }

  const note = (line: number, outcome: AppendOutcome | undefined): void => {
    if (outcome?.status === 'created') counts.kept++
    else if (outcome?.status === 'exists') counts.known++
    else refuse(line, outcome?.reason ?? 'the event store gave no outcome')
  }

  const take = (reading: Reading): void => {
    if (reading.kind === 'rejected') return refuse(reading.number, reading.reason)
    const { number: line, part = 0, index } = reading
    if (isPermitted !== undefined && !isPermitted(index)) {
      const { name = '', indices = [] } = road.caller ?? {}
      return refuse(
        line,
        `${name} may send events to [${indices.join(', ')}] and not to [${index}]`,
      )
    }
    const source = withTimestamp(reading.source, { index, nowMs: clock.nowMs(), line })
    if (!source.ok) return refuse(line, source.error.reason)
    const id = road.batch === undefined ? undefined : idOf(road.batch, line, part)
    const arrival = { index, source: source.value, ...(id !== undefined && { id }) }
    waiting.push({ line, arrival })
  }

  const takeLines = async (found: readonly ByteLine[]): Promise<void> => {
    for (const line of found) {
      if (line.number > limits.maxItems) {
        throw new Fault(
          'too-large',
          'lines.too-many',
          `more than ${limits.maxItems} lines in one request`,
        )
      }
      const text = decodedLine(line)
      if (text.kind === 'text') reader.take(text.text, text.number).forEach(take)
      else if (text.kind === 'not-utf8') refuse(line.number, 'it is not valid UTF-8')
      else refuse(line.number, `it has ${text.bytes} bytes, the limit is ${limits.maxLineBytes}`)
      waitingBytes += text.kind === 'text' ? text.text.length : 0
      if (waiting.length >= limits.batchEvents || waitingBytes >= limits.batchSize) await flush()
    }
  }

  try {
    for await (const chunk of chunks) await takeLines(lines.push(chunk))
    await takeLines(lines.end())
    reader.end().forEach(take)
    await flush()
  } catch (thrown) {
    throw withKept(thrown, counts.kept)
  }
  return { ...counts, reasons }
}

/** The same for the same place in the same batch; a sender's name of any length makes an id of one length. */
function idOf(batch: string, line: number, part: number): string {
  return hashOf('batch', batch, String(line), String(part)).slice(0, 40)
}

function withKept(thrown: unknown, kept: number): Fault {
  const told = `${messageOf(thrown)}; ${kept} event${kept === 1 ? '' : 's'} of this request were kept before that`
  const { kind, code } =
    thrown instanceof Fault ? thrown : ({ kind: 'internal', code: 'lines.failed' } as const)
  return new Fault(kind, code, told, { cause: thrown })
}
