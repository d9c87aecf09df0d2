import { messageOf, type Logger } from '#base'

/** What has been let go stays until nobody reads it any more. */
export interface Departures {
  /** Somebody begins to read; to be called when it has ended. */
  beginReading(): () => void
  /** Deletes these when everybody who reads now has ended. */
  leave(indices: readonly string[]): void
  /** Resolves when all that may go has gone. */
  drained(): Promise<void>
}

/** {@link Departures}; an index that cannot be deleted is left to the next retention. */
export function departures(deleteIndex: (index: string) => Promise<void>, log: Logger): Departures {
  const reading = new Set<symbol>()
  let waiting: { readonly indices: readonly string[]; readonly readers: Set<symbol> }[] = []
  let running: Promise<void> = Promise.resolve()

  const go = (): void => {
    const [free, others] = [
      waiting.filter(({ readers }) => readers.size === 0),
      waiting.filter(({ readers }) => readers.size > 0),
    ]
    waiting = others
    for (const index of free.flatMap(({ indices }) => indices)) {
      running = running
        .then(() => deleteIndex(index))
        .catch((thrown: unknown) => {
          log.warn('an index was not deleted', { index, reason: messageOf(thrown) })
        })
    }
  }

  return {
    beginReading() {
      const reader = Symbol('reader')
      reading.add(reader)
      return () => {
        reading.delete(reader)
        for (const { readers } of waiting) readers.delete(reader)
        go()
      }
    },
    leave(indices) {
      waiting.push({ indices, readers: new Set(reading) })
      go()
    },
    drained: () => running,
  }
}
