import type { Api, WireSelfTest } from '#api'
import { Fault, messageOf, type Clock } from '#base'
import { startHarmlessPair } from '../selftest-pair.ts'
import { alertFrom, requireSensor, stagesOf } from '../selftest.ts'

/** The self-test as the page starts it: one at a time, its state kept until the next. */
export interface SelfTestRunner {
  start(): Promise<WireSelfTest>
  state(): WireSelfTest
  /** Resolves when none runs. */
  close(): Promise<void>
}

const mostMs = 60_000

/** A {@link SelfTestRunner} on this host; programs are put into `directory`. */
export function selfTestRunner({
  api,
  directory,
  clock,
}: {
  readonly api: () => Pick<Api, 'getStatus' | 'listAlerts' | 'searchEvents'>
  readonly directory: string
  readonly clock: Clock
}): SelfTestRunner {
  const stop = new AbortController()
  let state: WireSelfTest = { state: 'never', stages: [] }
  let running: Promise<void> | undefined

  const run = async (): Promise<void> => {
    const startedMs = clock.nowMs()
    const pair = await startHarmlessPair(directory)
    try {
      const started = { name: 'process started', ms: clock.nowMs() - startedMs } as const
      state = { state: 'running', stages: [started] }
      const wait = AbortSignal.any([stop.signal, AbortSignal.timeout(mostMs)])
      const seen = await alertFrom(api(), { parent: pair.parent, startedMs, clock, wait })
      if (seen === undefined) throw await unseen(pair.parent, startedMs)
      const stages = stagesOf(seen.alert, { startedMs, seenMs: seen.atMs })
      state = { state: 'done', stages, alert: seen.alert.id }
    } finally {
      await pair.end()
    }
  }
  const unseen = async (parent: string, startedMs: number): Promise<Fault> => {
    const { events } = await api().searchEvents({
      query: `process.parent.executable: ${JSON.stringify(parent)}`,
      from: new Date(startedMs - 5_000).toISOString(),
      limit: 1,
    })
    const what =
      events.length === 0
        ? 'the sensor did not see the process'
        : 'the event arrived, and no rule made an alert of it: is the rule for privileged containers on?'
    return new Fault('timeout', 'selftest.no-alert', what)
  }

  return {
    async start() {
      if (running !== undefined) return state
      requireSensor(await api().getStatus({}))
      state = { state: 'running', stages: [] }
      running = run()
        .catch((thrown: unknown) => {
          state = { ...state, state: 'failed', reason: messageOf(thrown) }
        })
        .finally(() => (running = undefined))
      return state
    },
    state: () => state,
    async close() {
      stop.abort()
      await running
    },
  }
}
