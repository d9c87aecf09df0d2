import type { Clock } from '#base'

/** A clock that goes on with the real one while there is work, and jumps over the time between. */
export interface SkippingClock extends Clock {
  /** Lets time pass until `toMs`; where `busy` says no, the next sleeper wakes at once. */
  passUntil(toMs: number, busy: () => boolean): Promise<void>
}

/** So long, in real milliseconds, is work left to itself between two looks at it. */
const lookMs = 2

/** A {@link SkippingClock} that begins at `startMs`. */
export function skippingClock(startMs: number): SkippingClock {
  let offsetMs = startMs - performance.now()
  let sleepers: { readonly dueMs: number; readonly wake: () => void }[] = []
  const nowMs = () => offsetMs + performance.now()
  const wakeDue = () => {
    const due = sleepers.filter(({ dueMs }) => dueMs <= nowMs())
    sleepers = sleepers.filter((sleeper) => !due.includes(sleeper))
    for (const { wake } of due) wake()
  }
  return {
    nowMs: () => Math.floor(nowMs()),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const sleeper = { dueMs: nowMs() + ms, wake: resolve }
        sleepers.push(sleeper)
        const onAbort = () => {
          sleepers = sleepers.filter((each) => each !== sleeper)
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', onAbort, { once: true })
      }),
    async passUntil(toMs, busy) {
      while (nowMs() < toMs) {
        wakeDue()
        for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
        if (busy()) {
          await new Promise((resolve) => setTimeout(resolve, lookMs))
          continue
        }
        const nextMs = Math.min(toMs, ...sleepers.map(({ dueMs }) => dueMs))
        offsetMs += Math.max(0, nextMs - nowMs())
      }
    },
  }
}
