import { useMemo, useRef, useState } from 'preact/hooks'
import { useKeys } from '../frame/keys.tsx'
import { closeReasons, type changeStatus } from './change-status.ts'

type Change = Parameters<typeof changeStatus>[1]

/** Moving alerts through triage by keys: a, R, and e with the digit of a reason. */
export interface Triage {
  /** Whether a reason for closing is being chosen. */
  readonly isClosing: boolean
  readonly setClosing: (isClosing: boolean) => void
}

/** Makes the keys of triage valid while the part that calls this is shown; `move` does what they say. */
export function useTriage(move: (change: Change) => Promise<void>): Triage {
  const [isClosing, setClosing] = useState(false)
  const latest = useRef(move)
  latest.current = move
  const does = (change: Change) => () => void latest.current(change)
  useKeys(
    useMemo(
      () => [
        { key: 'a', label: 'acknowledge', run: does({ status: 'acknowledged' }) },
        { key: 'e', label: 'close…', run: () => setClosing(true) },
        { key: 'R', label: 'reopen', run: does({ status: 'open' }) },
      ],
      [],
    ),
  )
  useKeys(
    useMemo(
      () =>
        isClosing
          ? [
              ...closeReasons.map(({ reason, label, key }) => ({
                key,
                label: `close as ${label}`,
                run: does({ status: 'closed', reason }),
              })),
              { key: 'Escape', label: 'do not close', run: () => setClosing(false) },
            ]
          : [],
      [isClosing],
    ),
  )
  return { isClosing, setClosing }
}

/** A button for each reason to close. */
export function CloseReasons({ move }: { readonly move: (change: Change) => Promise<void> }) {
  return (
    <>
      {closeReasons.map(({ reason, label, key }) => (
        <button
          key={reason}
          type="button"
          onClick={() => void move({ status: 'closed', reason })}
          aria-keyshortcuts={key}
        >
          {label} <kbd aria-hidden="true">{key}</kbd>
        </button>
      ))}
    </>
  )
}
