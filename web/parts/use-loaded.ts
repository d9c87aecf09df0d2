import { useCallback, useEffect, useState } from 'preact/hooks'
import { Fault } from '#base'
import { me } from '../frame/session.ts'

/** Something asked of the server: what came, or why it did not. What came stays while it is asked for anew. */
export interface Loaded<T> {
  readonly value: T | undefined
  readonly problem: string | undefined
  readonly reload: () => void
}

/** Asks when the key changes, and whenever `reload` is called. */
export function useLoaded<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<{
    readonly key: string
    readonly value?: T
    readonly problem?: string
  }>({ key })
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    const over = new AbortController()
    ask(over.signal).then(
      (value) => !over.signal.aborted && setLoaded({ key, value }),
      (thrown: unknown) => {
        if (over.signal.aborted) return
        const problem = problemOf(thrown)
        setLoaded((before) => (before.key === key ? { ...before, problem } : { key, problem }))
      },
    )
    return () => over.abort()
    // The key says everything that the question depends on.
  }, [key, turn])
  const reload = useCallback(() => setTurn((before) => before + 1), [])
  return {
    value: loaded.key === key ? loaded.value : undefined,
    problem: loaded.key === key ? loaded.problem : undefined,
    reload,
  }
}

/** What to tell of something that was thrown; who is no longer signed in is sent to the door. */
export function problemOf(thrown: unknown): string {
  if (thrown instanceof Fault && thrown.kind === 'unauthenticated') me.value = null
  return thrown instanceof Error ? thrown.message : String(thrown)
}
