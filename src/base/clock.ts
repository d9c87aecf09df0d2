/** Where the time comes from; nothing else in the house reads it. */
export interface Clock {
  /** Wall time, epoch milliseconds. */
  nowMs(): number
  /** Resolves after `ms`, or rejects with the signal's reason when that comes first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, ms)
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}

/** A clock that moves only when told to; sleepers wake in order of their due time. */
export interface ManualClock extends Clock {
  /** Moves to `toMs` (never backwards), waking every sleeper due by then. */
  advanceTo(toMs: number): Promise<void>
}

/** A {@link ManualClock} that starts at `startMs`. */
export function manualClock(startMs: number): ManualClock {
  let now = startMs
  let sleepers: { readonly dueMs: number; readonly wake: () => void }[] = []
  return {
    nowMs: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const sleeper = { dueMs: now + ms, wake: resolve }
        sleepers.push(sleeper)
        signal?.addEventListener(
          'abort',
          () => {
            sleepers = sleepers.filter((s) => s !== sleeper)
            reject(signal.reason)
          },
          { once: true },
        )
      }),
    async advanceTo(toMs) {
      for (;;) {
        const next = sleepers.toSorted((a, b) => a.dueMs - b.dueMs)[0]
        if (next === undefined || next.dueMs > toMs) break
        sleepers = sleepers.filter((s) => s !== next)
        now = Math.max(now, next.dueMs)
        next.wake()
        await new Promise((resolve) => setTimeout(resolve))
      }
      now = Math.max(now, toMs)
    },
  }
}
