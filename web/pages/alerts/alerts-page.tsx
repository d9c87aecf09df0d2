import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { WireAlertRow } from '#api'
import { changeStatus } from '../../actions/change-status.ts'
import { CloseReasons, useTriage } from '../../actions/use-triage.tsx'
import { useKeys } from '../../frame/keys.tsx'
import { go, place, withQuery } from '../../frame/router.ts'
import { may } from '../../frame/session.ts'
import { counted, Problem } from '../../parts/text.tsx'
import { AlertGrid } from './alert-grid.tsx'
import { useAlertRows } from './use-alert-rows.ts'
import './alerts.css'

const statuses = ['open', 'acknowledged', 'closed'] as const
const severities = ['critical', 'high', 'medium', 'low'] as const

/** The list of alerts: what there is to do. */
export function AlertsPage() {
  const { query } = place.value
  const status = statuses.find((each) => each === query.get('status')) ?? 'open'
  const alerts = useAlertRows({
    status,
    severity: (query.get('severity') ?? '').split(',').filter(isSeverity),
    rule: query.get('rule') ?? '',
    host: query.get('host') ?? '',
  })
  const [at, setAt] = useState(0)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const current = Math.min(at, Math.max(0, alerts.rows.length - 1))

  const chosen = (): readonly WireAlertRow[] => {
    const picked = alerts.rows.filter(({ id }) => selected.has(id))
    return picked.length > 0 ? picked : alerts.rows.slice(current, current + 1)
  }
  const move = async (change: Parameters<typeof changeStatus>[1]): Promise<void> => {
    const rows = chosen()
    setClosing(false)
    if (rows.length === 0 || !may('triage')) return
    const stood = rows.map(({ id, status: before, closed_as: closedAs }) => ({
      id,
      status: before,
      closedAs,
    }))
    if (await changeStatus(stood, change)) {
      setSelected(new Set())
      alerts.reload()
    }
  }
  const { isClosing, setClosing } = useTriage(move)
  const latest = useRef({ rows: alerts.rows, current, toggle, step, showNew: alerts.showNew })
  latest.current = { rows: alerts.rows, current, toggle, step, showNew: alerts.showNew }

  function step(by: number): void {
    setAt(Math.max(0, Math.min(alerts.rows.length - 1, current + by)))
  }
  function toggle(id: string | undefined): void {
    if (id === undefined) return
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    setSelected(next)
  }
  const rowNow = () => latest.current.rows[latest.current.current]

  useKeys(
    useMemo(
      () => [
        { key: 'j', label: 'next alert', run: () => latest.current.step(1) },
        { key: 'k', label: 'alert before', run: () => latest.current.step(-1) },
        { key: 'ArrowDown', label: 'next alert', run: () => latest.current.step(1) },
        { key: 'ArrowUp', label: 'alert before', run: () => latest.current.step(-1) },
        {
          key: 'Enter',
          label: 'open',
          run: () => {
            const row = rowNow()
            if (row !== undefined) go(`/alerts/${row.id}`)
          },
        },
        { key: 'x', label: 'select', run: () => latest.current.toggle(rowNow()?.id) },
        { key: '.', label: 'show new alerts', run: () => latest.current.showNew() },
      ],
      [],
    ),
  )
  useEffect(() => setAt(0), [status])

  const filtered = ['severity', 'rule', 'host'].filter((name) => query.get(name) !== null)
  return (
    <div class="alerts">
      <h1 class="hidden-text">Alerts</h1>
      <div class="line" role="group" aria-label="Status">
        {statuses.map((each) => (
          <a
            key={each}
            class="tab"
            href={withQuery({ status: each === 'open' ? '' : each })}
            aria-current={each === status ? 'true' : undefined}
          >
            {each} <b>{alerts.counts?.[each].toLocaleString('en') ?? ''}</b>
          </a>
        ))}
        <span class="space" />
        <label>
          Severity{' '}
          <select
            value={query.get('severity') ?? ''}
            onChange={(event) =>
              go(withQuery({ severity: event.currentTarget.value }), { replace: true })
            }
          >
            <option value="">any</option>
            {severities.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
            <option value="critical,high">critical or high</option>
          </select>
        </label>
        {filtered.length > 0 && (
          <a class="button" href={withQuery({ severity: '', rule: '', host: '' })}>
            Clear filter
          </a>
        )}
      </div>
      {alerts.fresh > 0 && (
        <button type="button" class="fresh" onClick={alerts.showNew} aria-keyshortcuts=".">
          {counted(alerts.fresh, 'new alert')}, show <kbd aria-hidden="true">.</kbd>
        </button>
      )}
      {alerts.problem !== undefined && <Problem text={alerts.problem} onRetry={alerts.reload} />}
      {alerts.isEmpty ? (
        <Empty status={status} isFiltered={filtered.length > 0} />
      ) : (
        <AlertGrid
          rows={alerts.rows}
          total={alerts.total}
          current={current}
          selected={selected}
          onCurrent={setAt}
          onToggle={toggle}
          onEnd={alerts.loadMore}
        />
      )}
      {may('triage') && alerts.rows.length > 0 && (
        <div class="verbs line" role="group" aria-label="What to do with the chosen alerts">
          <span class="muted">
            {selected.size > 0 ? `${selected.size} selected` : 'The marked alert'}
          </span>
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
        </div>
      )}
    </div>
  )
}

function isSeverity(word: string): word is (typeof severities)[number] {
  return severities.some((each) => each === word)
}

function Empty({ status, isFiltered }: { readonly status: string; readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <p class="empty">
        No {status} alerts match.{' '}
        <a href={withQuery({ severity: '', rule: '', host: '' })}>Clear filter</a>
      </p>
    )
  }
  return status === 'open' ? (
    <p class="empty">
      No open alerts. To see one, run <code>vedette selftest</code> on this host.
    </p>
  ) : (
    <p class="empty">No {status} alerts.</p>
  )
}
