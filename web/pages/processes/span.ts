import type { WireTreeProcess } from '#api'

/** A stretch of time, epoch milliseconds. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** Ancestors that started longer before than this do not stretch the time that is drawn. */
const longBeforeMs = 3_600_000

/**
 * The time that a tree is drawn over: from the process asked for and those near it in time to whatever came last.
 * Undefined where nobody says when anything started.
 */
export function spanOf(processes: readonly WireTreeProcess[]): Span | undefined {
  const times = (process: WireTreeProcess): readonly number[] =>
    [process.started_at, process.ended_at].flatMap((at) =>
      at === undefined ? [] : [Date.parse(at)],
    )
  const own = processes.filter(({ depth }) => depth >= 0).flatMap(times)
  const all = processes.flatMap(times)
  if (all.length === 0) return undefined
  const anchorMs = Math.min(...(own.length > 0 ? own : all))
  const near = all.filter((ms) => ms >= anchorMs - longBeforeMs)
  const [fromMs, toMs] = [Math.min(...near), Math.max(...near)]
  return { fromMs, toMs: Math.max(toMs, fromMs + 1_000) }
}

/** How long a time is, in the unit that fits. */
export function lengthText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 172_800_000) return `${(ms / 3_600_000).toFixed(1)} h`
  return `${Math.round(ms / 86_400_000)} d`
}
