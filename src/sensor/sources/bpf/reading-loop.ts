import type { Poller } from './kernel-calls.ts'
import type { RingReader } from './ring.ts'
import type { KernelTallies } from './worker-messages.ts'

/** The reading loop's surroundings. */
export interface ReadingRoom {
  readonly reader: RingReader
  readonly poller: Poller
  /** One word: bytes handed over and not yet decoded. */
  readonly inFlight: Int32Array<SharedArrayBuffer>
  readonly maxInFlightBytes: number
  /** Hands a batch over; the loop has already added its bytes to `inFlight`. */
  deliver(bytes: ArrayBuffer): void
}

// Long enough to cost nothing at idle; requests do not wait for it, they wake the poller.
const pollMs = 200
const maxBatchBytes = 256 * 1024
// Under a load that never lets the ring run empty, requests still have to be heard.
const maxRoundBytes = 4 * 1024 * 1024
// A reader that is woken for every event under load costs more than the events; a short pause gathers them.
const busyRoundBytes = 32 * 1024
const busyPauseMs = 2
const fullPauseMs = 5
const settleRounds = 100
const settlePauseMs = 1

/** Waits for records, hands over what there is, and gives the number of records. */
export function readOnce(room: ReadingRoom): number {
  room.poller.wait(pollMs)
  const { records, bytes } = takeRound(room)
  if (isFull(room)) Atomics.wait(room.inFlight, 0, Atomics.load(room.inFlight, 0), fullPauseMs)
  else if (bytes > busyRoundBytes) pause(busyPauseMs)
  return records
}

/** What was received so far, and how to ask the kernel. */
export interface Account {
  readonly received: number
  tallies(): KernelTallies
}

/**
 * Hands over everything that the kernel's tallies speak of, and gives these with the new number of records received.
 * A program counts before it writes, so its record may be a moment behind; one that stays away is missing indeed.
 */
export function settle(
  room: ReadingRoom,
  { received, tallies }: Account,
): { readonly received: number; readonly tallies: KernelTallies } {
  let arrived = received
  for (let round = 0; ; round++) {
    const counted = tallies()
    const written = counted.attempted - counted.lost
    arrived += drain(room, written - arrived)
    if (arrived >= written || round === settleRounds) return { received: arrived, tallies: counted }
    pause(settlePauseMs)
  }
}

/** Hands over at least so many records, or all that the ring holds, waiting for the other side where it must; gives their number. */
function drain(room: ReadingRoom, enough: number): number {
  let records = 0
  while (records < enough) {
    const round = takeRound(room)
    records += round.records
    if (isFull(room)) Atomics.wait(room.inFlight, 0, Atomics.load(room.inFlight, 0), fullPauseMs)
    else if (round.bytes === 0) break
  }
  return records
}

/** Stops this thread for a moment. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

function isFull({ inFlight, maxInFlightBytes }: ReadingRoom): boolean {
  return Atomics.load(inFlight, 0) >= maxInFlightBytes
}

function takeRound(room: ReadingRoom): { readonly records: number; readonly bytes: number } {
  let records = 0
  let bytes = 0
  while (!isFull(room) && bytes < maxRoundBytes) {
    const frames = room.reader.take(maxBatchBytes)
    if (frames === undefined) break
    records += frames.records
    bytes += frames.bytes.byteLength
    Atomics.add(room.inFlight, 0, frames.bytes.byteLength)
    room.deliver(frames.bytes)
  }
  return { records, bytes }
}
