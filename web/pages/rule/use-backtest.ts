import { useEffect, useState } from 'preact/hooks'
import type { JsonObject } from '#base'
import { backtestLines, type WireBacktestLine } from '#api'
import { problemOf } from '../../parts/use-loaded.ts'
import { withMembers } from './wire.ts'

type Summary = NonNullable<WireBacktestLine['summary']>

/** Where a backtest stands. */
export interface Backtest {
  readonly isRunning: boolean
  /** Days that are looked back over now, or were. */
  readonly days: number
  /** Events that the query means, so far. */
  readonly matched: number
  /** 0 to 1. */
  readonly share: number
  readonly total: number
  readonly alerts: NonNullable<WireBacktestLine['alerts']>
  /** Of the last stretch that was looked at whole. */
  readonly summary: Summary | undefined
  /** Why the rule cannot run. */
  readonly problems: NonNullable<WireBacktestLine['diagnostics']>
  readonly failure: string | undefined
}

const nothing: Backtest = {
  isRunning: false,
  days: 1,
  matched: 0,
  share: 0,
  total: 0,
  alerts: [],
  summary: undefined,
  problems: [],
  failure: undefined,
}

const dayMs = 86_400_000
const restMs = 400

/**
 * Executes a rule over past events whenever its text rests: first over one day, then over as many as asked for. What
 * was found before stays in sight until there is something newer. `stop` ends it.
 */
export function useBacktest(
  rule: JsonObject,
  { id, days }: { readonly id: string | undefined; readonly days: number },
): {
  readonly backtest: Backtest
  readonly stop: () => void
  readonly again: () => void
} {
  const [backtest, setBacktest] = useState<Backtest>(nothing)
  const [turn, setTurn] = useState(0)
  const [over, setOver] = useState<AbortController>()
  // Its words for people change nothing in what it finds.
  const asked = withMembers(rule, {
    name: 'backtest',
    description: 'backtest',
    note: undefined,
    setup: undefined,
    enabled: undefined,
    tags: undefined,
  })
  const key = JSON.stringify([asked, id, days, turn])
  useEffect(() => {
    const ending = new AbortController()
    setOver(ending)
    const set = (change: Partial<Backtest>): void => {
      if (!ending.signal.aborted) setBacktest((before) => ({ ...before, ...change }))
    }
    const timer = setTimeout(() => {
      const stages = days > 1 ? [1, days] : [days]
      void look({ asked, id, stages, signal: ending.signal, set })
    }, restMs)
    return () => {
      clearTimeout(timer)
      ending.abort()
    }
  }, [key])
  return {
    backtest,
    stop() {
      over?.abort()
      setBacktest((before) => ({ ...before, isRunning: false }))
    },
    again: () => setTurn((before) => before + 1),
  }
}

async function look({
  asked,
  id,
  stages,
  signal,
  set,
}: {
  readonly asked: JsonObject
  readonly id: string | undefined
  readonly stages: readonly number[]
  readonly signal: AbortSignal
  readonly set: (change: Partial<Backtest>) => void
}): Promise<void> {
  set({ isRunning: true, problems: [], failure: undefined, share: 0 })
  try {
    for (const days of stages) {
      const toMs = Date.now()
      const from = new Date(toMs - days * dayMs).toISOString()
      const to = new Date(toMs).toISOString()
      const request = {
        rule: asked,
        from,
        to,
        ...(id !== undefined && { id }),
      }
      let alerts: Backtest['alerts'] = []
      for await (const line of backtestLines(location.origin, request, signal)) {
        alerts = [...alerts, ...(line.alerts ?? [])]
        set(changeOf(line, { days, alerts, fromMs: toMs - days * dayMs, toMs }))
        if (line.kind === 'refused' || line.kind === 'failed') return
      }
    }
    set({ isRunning: false })
  } catch (thrown) {
    set({ isRunning: false, failure: problemOf(thrown) })
  }
}

function changeOf(
  line: WireBacktestLine,
  {
    days,
    alerts,
    fromMs,
    toMs,
  }: {
    readonly days: number
    readonly alerts: Backtest['alerts']
    readonly fromMs: number
    readonly toMs: number
  },
): Partial<Backtest> {
  switch (line.kind) {
    case 'read':
      return { days, matched: line.matched ?? 0 }
    case 'progress': {
      const atMs = Date.parse(line.at ?? '')
      const share = Math.min(1, Math.max(0, (atMs - fromMs) / (toMs - fromMs)))
      return { days, share, total: line.total ?? 0, alerts }
    }
    case 'refused':
      return {
        isRunning: false,
        problems: line.diagnostics ?? [],
        summary: undefined,
        alerts: [],
      }
    case 'failed':
      return { isRunning: false, failure: line.message }
    case 'end':
      return {
        days,
        share: 1,
        matched: line.matched ?? 0,
        total: line.summary?.alerts ?? 0,
        alerts,
        summary: line.summary,
      }
  }
}
