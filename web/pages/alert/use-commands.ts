import { useEffect, useRef, useState } from 'preact/hooks'
import type { WireAction, WireCommand } from '#api'
import { api } from '../../api.ts'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'
import type { Response } from './responses.ts'

/** The commands that answer an alert, and a way to give more. */
export interface Commands {
  /** Newest first. */
  readonly given: readonly WireCommand[]
  readonly problem: string | undefined
  /** The response that the next press gives. */
  readonly armed: Response | undefined
  /** Gives what only looks; the first press of what changes something tries it out, the second within five seconds gives it. */
  press(response: Response, action: WireAction): void
  cancel(id: string): void
  reload(): void
}

const armedMs = 5_000
const askEveryMs = 400

/** The {@link Commands} of an alert, asked for again while any is not over. */
export function useCommands(
  alertId: string,
  { hostId, why }: { readonly hostId: string; readonly why: string },
): Commands {
  const { value, problem, reload } = useLoaded(`commands ${alertId}`, (signal) =>
    api.listCommands({ alert: alertId, limit: 50 }, signal),
  )
  const given = value?.commands ?? []
  const [refused, setRefused] = useState<string>()
  const [armed, setArmed] = useState<Response>()
  // What a press finds armed must not wait for the next drawing: people press twice faster than that.
  const armedNow = useRef<{ readonly response: Response; readonly untilMs: number }>(undefined)
  useEffect(() => {
    if (!given.some(({ state }) => !isOver(state))) return
    const timer = setTimeout(reload, askEveryMs)
    return () => clearTimeout(timer)
  }, [value])
  useEffect(() => {
    if (armed === undefined) return
    const timer = setTimeout(() => setArmed(undefined), armedMs)
    return () => clearTimeout(timer)
  }, [armed])

  const tried = async (ask: () => Promise<unknown>): Promise<void> => {
    try {
      await ask()
      setRefused(undefined)
    } catch (thrown) {
      setRefused(problemOf(thrown))
    }
    reload()
  }
  const give = (response: Response, isDryRun: boolean): void => {
    const { action, parameters } = response
    const body = { action, parameters, why, alert: alertId, dry_run: isDryRun, host: hostId }
    void tried(() => api.giveCommand({ body }))
  }
  return {
    given,
    problem: refused ?? problem,
    armed,
    press(response, { changes_nothing: isLooking }) {
      const before = armedNow.current
      const isSecond =
        before !== undefined && isSame(before.response, response) && Date.now() < before.untilMs
      const isArming = !isLooking && !isSecond
      armedNow.current = isArming ? { response, untilMs: Date.now() + armedMs } : undefined
      setArmed(isArming ? response : undefined)
      give(response, isArming)
    },
    cancel: (id) => void tried(() => api.cancelCommand({ id, body: {} })),
    reload,
  }
}

/** Responses are made anew with each drawing. */
export function isSame(one: Response | undefined, other: Response): boolean {
  return one !== undefined && one.action === other.action && one.of === other.of
}

/** Whether nothing more can become of a command. */
export function isOver(state: WireCommand['state']): boolean {
  return state !== 'queued' && state !== 'delivered' && state !== 'running'
}
