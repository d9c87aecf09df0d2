import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { WireAlertRow } from '#api'
import { api } from '../../api.ts'
import { onChange } from '../../frame/live.ts'
import { rangeOf } from '../../frame/time-range.ts'
import { problemOf } from '../../parts/use-loaded.ts'

/** Which alerts. */
export interface AlertsAsked {
  readonly status: WireAlertRow['status']
  readonly severity: readonly ('critical' | 'high' | 'medium' | 'low')[]
  readonly rule: string
  readonly host: string
  /** KQL; empty: all. */
  readonly query: string
  /** `from..to`; empty: whenever. */
  readonly time: string
}

/** The alerts asked for, as far as they are loaded. Rows never move by themselves: what is new waits to be shown. */
export interface AlertRows {
  readonly rows: readonly WireAlertRow[]
  readonly total: number
  readonly counts: { readonly [status in WireAlertRow['status']]: number } | undefined
  /** Alerts that came since. */
  readonly fresh: number
  readonly isEmpty: boolean
  /** Not all alerts were looked through. */
  readonly isCut: boolean
  /** Rises when rows were asked for anew. */
  readonly turn: number
  readonly problem: string | undefined
  readonly reload: () => void
  readonly showNew: () => void
  readonly loadMore: () => void
}

const pageSize = 200
const maxRows = 2_000

/** Loads rows, and the next ones when asked; hears of new and changed alerts from the server. */
export function useAlertRows(asked: AlertsAsked): AlertRows {
  const key = JSON.stringify(asked)
  const [state, setState] = useState<{
    readonly key: string
    readonly rows: readonly WireAlertRow[]
    readonly total: number
    readonly next: string | undefined
    readonly counts: AlertRows['counts']
    readonly isLoaded: boolean
    readonly isCut: boolean
    readonly turn: number
  }>({
    key,
    rows: [],
    total: 0,
    next: undefined,
    counts: undefined,
    isLoaded: false,
    isCut: false,
    turn: 0,
  })
  const [problem, setProblem] = useState<string>()
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set())
  const isBusy = useRef(false)

  const load = useCallback(
    async (after: string | undefined, signal?: AbortSignal): Promise<void> => {
      isBusy.current = true
      try {
        const page = await api.listAlertRows(
          {
            ...requestOf(asked),
            limit: asked.query === '' ? pageSize : maxRows,
            ...(after !== undefined && { after }),
          },
          signal,
        )
        setState((before) => ({
          key,
          rows: after === undefined ? page.rows : [...before.rows, ...page.rows],
          total: page.total,
          next: page.next,
          counts: page.counts,
          isLoaded: true,
          isCut: page.is_cut === true,
          turn: before.turn + 1,
        }))
        if (after === undefined) setFresh(new Set())
        setProblem(undefined)
      } catch (thrown) {
        if (signal?.aborted !== true) setProblem(problemOf(thrown))
      } finally {
        isBusy.current = false
      }
    },
    [key],
  )
  useEffect(() => {
    const over = new AbortController()
    void load(undefined, over.signal)
    return () => over.abort()
  }, [load])

  useEffect(
    () =>
      onChange((what, ids) => {
        if (what === 'alerts-created') {
          setFresh((before) => new Set([...before, ...ids]))
          return
        }
        void refreshCounts()
      }),
    [key],
  )
  const refreshCounts = async (): Promise<void> => {
    try {
      const { counts, total } = await api.listAlertRows({ ...requestOf(asked), limit: 1 })
      setState((before) => ({ ...before, counts, total }))
    } catch (thrown) {
      setProblem(problemOf(thrown))
    }
  }

  const isCurrent = state.key === key
  const reload = () => void load(undefined)
  return {
    rows: isCurrent ? state.rows : [],
    total: isCurrent ? state.total : 0,
    counts: state.counts,
    fresh: asked.status === 'open' ? fresh.size : 0,
    isEmpty: isCurrent && state.isLoaded && state.rows.length === 0,
    isCut: isCurrent && state.isCut,
    turn: state.turn,
    problem,
    reload,
    showNew: reload,
    loadMore: () => {
      if (isBusy.current || state.next === undefined || state.rows.length >= maxRows) return
      void load(state.next)
    },
  }
}

/** What is asked of the server. */
export function requestOf({ status, severity, rule, host, query, time }: AlertsAsked) {
  const range = rangeOf(time, Date.now())
  return {
    status: [status],
    ...(severity.length > 0 && { severity }),
    ...(rule !== '' && { rule }),
    ...(host !== '' && { host }),
    ...(query !== '' && { query }),
    ...(range !== undefined && {
      from: new Date(range.fromMs).toISOString(),
      to: new Date(range.toMs).toISOString(),
    }),
  }
}
