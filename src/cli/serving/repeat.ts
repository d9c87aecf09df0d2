import type { Clock } from '#base'

/** Does something again and again, first after one interval; ends with the function that it gives. `work` never rejects. */
export function repeat(
  everyMs: number,
  clock: Clock,
  work: () => Promise<void>,
): () => Promise<void> {
  const stop = new AbortController()
  const run = async (): Promise<void> => {
    for (;;) {
      const stopped = await clock.sleep(everyMs, stop.signal).then(
        () => false,
        () => true,
      )
      if (stopped) return
      await work()
    }
  }
  const running = run()
  return async () => {
    stop.abort()
    await running
  }
}
