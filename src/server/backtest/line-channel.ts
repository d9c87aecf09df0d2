/** Lines on their way from somebody who works to somebody who reads; few wait at a time. */
export interface LineChannel<Line> {
  /** Resolves once there is room for more; at once when the channel has ended, which loses the line. */
  put(line: Line): Promise<void>
  /** Every line that was put, until the end. For one reader. */
  lines(): AsyncGenerator<Line>
  /** No more lines come, or none are wanted. What waits can still be read. */
  end(): void
}

const maxWaiting = 16

/** An empty {@link LineChannel}. */
export function lineChannel<Line>(): LineChannel<Line> {
  const waiting: Line[] = []
  const over = new AbortController()
  let change = Promise.withResolvers<void>()
  const tell = (): void => {
    change.resolve()
    change = Promise.withResolvers<void>()
  }
  return {
    async put(line) {
      if (over.signal.aborted) return
      waiting.push(line)
      tell()
      while (waiting.length >= maxWaiting && !over.signal.aborted) await change.promise
    },
    async *lines() {
      for (;;) {
        const line = waiting.shift()
        if (line !== undefined) {
          tell()
          yield line
        } else if (over.signal.aborted) return
        else await change.promise
      }
    },
    end() {
      over.abort()
      tell()
    },
  }
}
