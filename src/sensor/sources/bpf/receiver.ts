import type { RecordListener, SourceCounters } from '../../record.ts'
import { decodeBatch } from './decode.ts'
import { sequenceGaps } from './sequence-gaps.ts'
import type { KernelTallies } from './worker-messages.ts'

/** Counters of this source: besides the common ones, what the records' own numbering proves. */
export interface BpfCounters extends SourceCounters {
  /** Records missing between delivered ones; at most `lost`, which also knows of those after the last one. */
  readonly sequenceGaps: number
}

/** The receiving side of the reading thread. */
export interface Receiver {
  /** Decodes a batch, hands its records on and makes room for the next. */
  batch(bytes: ArrayBuffer): void
  /** What arrived, as tallies: all that can be told once the kernel cannot be asked any more. */
  tallies(): KernelTallies
  /** The counters at the moment of the kernel's tallies; all batches that these speak of must have been received. */
  counters(kernel: KernelTallies): BpfCounters
}

/** A receiver that takes decoded bytes off `inFlight`. */
export function receiver(
  listener: RecordListener,
  inFlight: Int32Array<SharedArrayBuffer>,
): Receiver {
  const gaps = sequenceGaps()
  let delivered = 0
  let undecodable = 0
  let argsUnreadable = 0
  let truncated = 0

  function batch(bytes: ArrayBuffer): void {
    const decoded = decodeBatch(bytes, gaps.observe)
    delivered += decoded.records.length
    undecodable += decoded.undecodable
    argsUnreadable += decoded.argsUnreadable
    truncated += decoded.truncated
    if (decoded.records.length > 0) listener(decoded.records)
    Atomics.sub(inFlight, 0, bytes.byteLength)
    Atomics.notify(inFlight, 0)
  }

  function counters(kernel: KernelTallies): BpfCounters {
    const arrived = delivered + undecodable
    // What the kernel wrote and nobody received is lost too, whoever lost it.
    const lost = kernel.lost + Math.max(0, kernel.attempted - kernel.lost - arrived)
    return {
      produced: arrived + lost,
      delivered,
      lost,
      argsUnreadable,
      truncated,
      undecodable,
      sequenceGaps: gaps.missing(),
    }
  }

  return { batch, tallies: () => ({ attempted: delivered + undecodable, lost: 0 }), counters }
}
