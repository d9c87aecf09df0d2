import koffi from 'koffi'

/** The kernel's boot clock: counts suspended time too, never jumps, and stamps every record. */
export interface BootClock {
  /** Nanoseconds since boot. */
  nowNs(): bigint
  /** What to add to boot nanoseconds to get epoch nanoseconds, measured now; moves when wall time is set. */
  wallOffsetNs(): bigint
  /** What to add to monotonic nanoseconds to get boot nanoseconds: the time spent suspended. */
  monotonicOffsetNs(): bigint
}

const realtime = 0
const monotonic = 1
const boottime = 7

/** The host's boot clock, read through libc. */
export function systemBootClock(): BootClock {
  const libc = koffi.load(null)
  const clockGettime = libc.func('int clock_gettime(int, void *)')
  const timespec = new BigInt64Array(2)
  const read = (clock: number): bigint => {
    clockGettime(clock, timespec)
    return (timespec[0] ?? 0n) * 1_000_000_000n + (timespec[1] ?? 0n)
  }
  return {
    nowNs: () => read(boottime),
    wallOffsetNs: () =>
      offsetBetween(
        () => read(boottime),
        () => read(realtime),
      ),
    monotonicOffsetNs: () =>
      offsetBetween(
        () => read(monotonic),
        () => read(boottime),
      ),
  }
}

/** `target` minus `base`, from the tightest of a few bracketed readings, so that a preemption between them does no harm. */
export function offsetBetween(base: () => bigint, target: () => bigint): bigint {
  let offset = 0n
  let tightest: bigint | undefined
  for (let attempt = 0; attempt < 5; attempt++) {
    const before = base()
    const at = target()
    const after = base()
    const width = after - before
    if (tightest !== undefined && width >= tightest) continue
    tightest = width
    offset = at - (before + width / 2n)
  }
  return offset
}

/** Epoch nanoseconds as an ISO 8601 date with nine fraction digits. */
export function isoOfNs(epochNs: bigint): string {
  // Five dates a document, nearly all of a few seconds: what is said once a second is remembered.
  const second = epochNs / 1_000_000_000n
  const fraction = String(Number(epochNs - second * 1_000_000_000n)).padStart(9, '0')
  return `${upToSecond(Number(second))}.${fraction}Z`
}

const secondsKept = 512
const textBySecond = new Map<number, string>()

function upToSecond(second: number): string {
  const known = textBySecond.get(second)
  if (known !== undefined) return known
  if (textBySecond.size >= secondsKept) textBySecond.clear()
  const text = new Date(second * 1000).toISOString().slice(0, 19)
  textBySecond.set(second, text)
  return text
}
