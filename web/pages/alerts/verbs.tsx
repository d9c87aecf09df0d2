import type { changeStatus } from '../../actions/change-status.ts'
import { CloseReasons, type Triage } from '../../actions/use-triage.tsx'
import { may } from '../../frame/session.ts'

/** What can be done with the chosen alerts. */
export function Verbs({
  status,
  selected,
  triage: { isClosing, setClosing },
  move,
  onCompare,
  onNone,
}: {
  readonly status: 'open' | 'acknowledged' | 'closed'
  readonly selected: number
  readonly triage: Triage
  readonly move: (change: Parameters<typeof changeStatus>[1]) => Promise<void>
  readonly onCompare: () => void
  readonly onNone: () => void
}) {
  return (
    <div class="verbs line" role="group" aria-label="What to do with the chosen alerts">
      <span class="muted">
        {selected > 0 ? `${selected.toLocaleString('en')} selected` : 'The marked one'}
      </span>
      {selected > 0 && (
        <button type="button" onClick={onNone}>
          None
        </button>
      )}
      {may('triage') && (
        <>
          <button
            type="button"
            onClick={() => void move({ status: 'acknowledged' })}
            aria-keyshortcuts="a"
          >
            Acknowledge <kbd aria-hidden="true">a</kbd>
          </button>
          {isClosing ? (
            <CloseReasons move={move} />
          ) : (
            <button type="button" onClick={() => setClosing(true)} aria-keyshortcuts="e">
              Close… <kbd aria-hidden="true">e</kbd>
            </button>
          )}
          {status !== 'open' && (
            <button
              type="button"
              onClick={() => void move({ status: 'open' })}
              aria-keyshortcuts="Shift+R"
            >
              Reopen <kbd aria-hidden="true">R</kbd>
            </button>
          )}
        </>
      )}
      <button type="button" onClick={onCompare} aria-keyshortcuts="w">
        What is different <kbd aria-hidden="true">w</kbd>
      </button>
    </div>
  )
}
