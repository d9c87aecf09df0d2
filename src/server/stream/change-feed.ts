import type { Clock } from '#base'

/** What happened to which alerts. */
export interface AlertChange {
  readonly what: 'created' | 'changed'
  readonly ids: readonly string[]
}

/** Tells whoever listens of what changes. */
export interface ChangeFeed {
  publish(change: AlertChange): void
  /** What changes from now on, gathered for a quarter of a second; an empty list every 15 seconds without news. Ends with the signal. */
  changes(signal: AbortSignal): AsyncGenerator<readonly AlertChange[]>
}

const gatherMs = 250
const silenceMs = 15_000
/** Ids told at a time; beyond that a listener learns that there are more, by a list that is full. */
const maxIds = 500

interface Listener {
  readonly created: Set<string>
  readonly changed: Set<string>
  wake: () => void
}

/** A {@link ChangeFeed} in this process. What a slow listener has not taken is kept as sets of at most 500 ids. */
export function changeFeed(clock: Clock): ChangeFeed {
  const listeners = new Set<Listener>()
  return {
    publish({ what, ids }) {
      for (const listener of listeners) {
        for (const id of ids) {
          if (listener[what].size < maxIds) listener[what].add(id)
        }
        listener.wake()
      }
    },
    async *changes(signal) {
      const listener: Listener = { created: new Set(), changed: new Set(), wake: () => undefined }
      listeners.add(listener)
      try {
        while (!signal.aborted) {
          await newsOrSilence(listener, clock, signal)
          if (signal.aborted) return
          yield taken(listener)
        }
      } finally {
        listeners.delete(listener)
      }
    },
  }
}

async function newsOrSilence(listener: Listener, clock: Clock, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const end = AbortSignal.any([signal, over.signal])
  const pause = (ms: number) => clock.sleep(ms, end).catch(() => undefined)
  const { promise: news, resolve } = Promise.withResolvers<void>()
  listener.wake = resolve
  if (listener.created.size + listener.changed.size > 0) resolve()
  let isNews = false
  await Promise.race([news.then(() => (isNews = true)), pause(silenceMs)])
  if (isNews) await pause(gatherMs)
  over.abort()
}

function taken({ created, changed }: Listener): readonly AlertChange[] {
  const changes = [
    { what: 'created', ids: [...created] },
    { what: 'changed', ids: [...changed] },
  ] as const
  created.clear()
  changed.clear()
  return changes.filter(({ ids }) => ids.length > 0)
}
