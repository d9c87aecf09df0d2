import type { Clock } from '#base'

/** Notices when one key is used by two running agents. */
export interface CloneWatch {
  note(agent: string, run: string): void
  isCloned(agent: string): boolean
}

const remembersMs = 600_000
const maxRuns = 8

/**
 * A {@link CloneWatch}: an agent that starts again leaves its old run behind for good, so a run that speaks after
 * another one did means two. Told for ten minutes after the last time.
 */
export function cloneWatch(clock: Clock): CloneWatch {
  const runs = new Map<string, { readonly earlier: readonly string[]; readonly current: string }>()
  const clonedMs = new Map<string, number>()
  return {
    note(agent, run) {
      const known = runs.get(agent)
      if (known?.current === run) return
      if (known?.earlier.includes(run)) clonedMs.set(agent, clock.nowMs())
      const earlier = known === undefined ? [] : [...known.earlier, known.current]
      runs.set(agent, {
        current: run,
        earlier: earlier.filter((each) => each !== run).slice(-maxRuns),
      })
    },
    isCloned(agent) {
      const atMs = clonedMs.get(agent)
      return atMs !== undefined && clock.nowMs() - atMs < remembersMs
    },
  }
}
