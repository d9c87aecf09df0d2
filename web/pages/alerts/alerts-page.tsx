import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { WireAlertRow } from '#api'
import { changeStatus } from '../../actions/change-status.ts'
import { copyLink } from '../../actions/copy-link.ts'
import { useTriage } from '../../actions/use-triage.tsx'
import { useKeys } from '../../frame/keys.tsx'
import { go, place, withQuery } from '../../frame/router.ts'
import { may } from '../../frame/session.ts'
import { counted, Problem } from '../../parts/text.tsx'
import { AlertGrid } from './alert-grid.tsx'
import { AlertGroups, groupsOf } from './alert-groups.tsx'
import { AlertHistogram } from './alert-histogram.tsx'
import { AlertPeek } from './alert-peek.tsx'
import { askedOf, filterNames, Toolbar } from './alerts-toolbar.tsx'
import { Differences } from './differences.tsx'
import { FilterBar } from './filter-bar.tsx'
import { lastList } from './last-list.ts'
import { useAlertRows } from './use-alert-rows.ts'
import { Verbs } from './verbs.tsx'
import './alerts.css'

/** The list of alerts: what there is to do. */
export function AlertsPage() {
  const { query } = place.value
  const asked = askedOf(query)
  const { status } = asked
  const alerts = useAlertRows(asked)
  const group = query.get('group') ?? ''
  const isPeeking = query.get('peek') === 'on'
  const groups = useMemo(
    () => (group === '' ? [] : groupsOf(alerts.rows, group)),
    [group, alerts.rows],
  )
  const [at, setAt] = useState(0)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [comparing, setComparing] = useState<readonly string[]>()
  const [filterTurn, setFilterTurn] = useState(0)
  const length = group === '' ? alerts.rows.length : groups.length
  const current = Math.min(at, Math.max(0, length - 1))
  const marked = group === '' ? alerts.rows[current] : groups[current]?.rows[0]

  /** What a verb is about: what is selected, else what is marked. */
  const chosen = (): readonly WireAlertRow[] => {
    const picked = alerts.rows.filter(({ id }) => selected.has(id))
    if (picked.length > 0) return picked
    return group === '' ? alerts.rows.slice(current, current + 1) : (groups[current]?.rows ?? [])
  }
  const move = async (change: Parameters<typeof changeStatus>[1]): Promise<void> => {
    const rows = chosen()
    triage.setClosing(false)
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
  const triage = useTriage(move)
  const select = (ids: readonly string[], isSelected: boolean): void =>
    setSelected((before) => {
      const next = new Set(before)
      for (const id of ids) {
        if (isSelected) next.add(id)
        else next.delete(id)
      }
      return next
    })
  const toggle = (id: string | undefined): void => {
    if (id !== undefined) select([id], !selected.has(id))
  }
  const step = (by: number): void => setAt(Math.max(0, Math.min(length - 1, current + by)))
  const unfold = (key: string | undefined, isOpen: boolean): void => {
    if (key === undefined) return
    const next = new Set(open)
    if (isOpen) next.add(key)
    else next.delete(key)
    setOpen(next)
  }
  const idsMarked = (): readonly string[] =>
    group === ''
      ? marked === undefined
        ? []
        : [marked.id]
      : (groups[current]?.rows ?? []).map(({ id }) => id)
  const does = {
    step,
    extend(by: number) {
      select(idsMarked(), true)
      step(by)
    },
    toggle: () => select(idsMarked(), !idsMarked().every((id) => selected.has(id))),
    all: () => setSelected(new Set(alerts.rows.map(({ id }) => id))),
    none: () => setSelected(new Set()),
    open: () => marked !== undefined && go(`/alerts/${marked.id}`),
    peek: () => go(withQuery({ peek: isPeeking ? '' : 'on' }), { replace: true }),
    unfold: (isOpen: boolean) => unfold(groups[current]?.key, isOpen),
    showNew: alerts.showNew,
    compare: () => setComparing(chosen().map(({ id }) => id)),
    exception: () => marked !== undefined && may('triage') && go(`/alerts/${marked.id}#exception`),
  }
  const latest = useRef(does)
  latest.current = does
  useKeys(useMemo(() => keysOf(latest, () => setFilterTurn((turn) => turn + 1)), []))
  useEffect(() => setAt(0), [JSON.stringify(asked), group])
  useEffect(() => {
    const ids = group === '' ? alerts.rows : groups.flatMap(({ rows }) => rows)
    lastList.value = {
      ids: ids.map(({ id }) => id),
      href: `${location.pathname}${location.search}`,
    }
  }, [alerts.rows, group])

  const isFiltered = filterNames.some((name) => query.get(name) !== null)
  return (
    <div class="alerts">
      <h1 class="hidden-text">Alerts</h1>
      <Toolbar status={status} counts={alerts.counts} isFiltered={isFiltered} />
      <FilterBar text={asked.query} rows={alerts.rows} focusTurn={filterTurn} />
      <AlertHistogram asked={asked} turn={alerts.turn} />
      <div class="notices">
        {alerts.fresh > 0 && (
          <button type="button" class="fresh" onClick={alerts.showNew} aria-keyshortcuts=".">
            {counted(alerts.fresh, 'new alert')}, show <kbd aria-hidden="true">.</kbd>
          </button>
        )}
        {alerts.problem !== undefined && <Problem text={alerts.problem} onRetry={alerts.reload} />}
        {alerts.isCut && (
          <p class="chip warn">Only the newest 10,000 alerts were looked through.</p>
        )}
        {group !== '' && alerts.total > alerts.rows.length && (
          <p class="chip warn">
            Grouped are the newest {alerts.rows.length.toLocaleString('en')} of{' '}
            {counted(alerts.total, 'alert')}.
          </p>
        )}
      </div>
      <div class={`alerts-body${isPeeking ? ' is-peeking' : ''}`}>
        {alerts.isEmpty ? (
          <Empty status={status} isFiltered={isFiltered} />
        ) : group === '' ? (
          <AlertGrid
            rows={alerts.rows}
            total={alerts.total}
            current={current}
            selected={selected}
            onCurrent={setAt}
            onToggle={toggle}
            onEnd={alerts.loadMore}
          />
        ) : (
          <AlertGroups
            groups={groups}
            current={current}
            open={open}
            selected={selected}
            onToggleOpen={(key) => unfold(key, !open.has(key))}
            onSelect={select}
          />
        )}
        {isPeeking && marked !== undefined && <AlertPeek id={marked.id} onClose={does.peek} />}
      </div>
      {alerts.rows.length > 0 && (
        <Verbs
          status={status}
          selected={selected.size}
          triage={triage}
          move={move}
          onCompare={does.compare}
          onNone={does.none}
        />
      )}
      {comparing !== undefined && (
        <Differences ids={comparing} onClose={() => setComparing(undefined)} />
      )}
    </div>
  )
}

interface Deeds {
  readonly step: (by: number) => void
  readonly extend: (by: number) => void
  readonly toggle: () => void
  readonly all: () => void
  readonly none: () => void
  readonly open: () => unknown
  readonly peek: () => void
  readonly unfold: (isOpen: boolean) => void
  readonly showNew: () => void
  readonly compare: () => void
  readonly exception: () => unknown
}

function keysOf(latest: { readonly current: Deeds }, toFilter: () => void) {
  return [
    { key: 'j', label: 'next', run: () => latest.current.step(1) },
    { key: 'k', label: 'the one before', run: () => latest.current.step(-1) },
    { key: 'ArrowDown', label: 'next', run: () => latest.current.step(1) },
    { key: 'ArrowUp', label: 'the one before', run: () => latest.current.step(-1) },
    { key: 'Enter', label: 'open', run: () => void latest.current.open() },
    { key: ' ', label: 'look at it beside the list', run: () => latest.current.peek() },
    { key: 'x', label: 'select', run: () => latest.current.toggle() },
    { key: 'J', label: 'select and go on', run: () => latest.current.extend(1) },
    { key: 'K', label: 'select and go back', run: () => latest.current.extend(-1) },
    { key: '*', label: 'select all that are loaded', run: () => latest.current.all() },
    { key: 'Escape', label: 'select none', run: () => latest.current.none() },
    { key: ']', label: 'unfold a group', run: () => latest.current.unfold(true) },
    { key: '[', label: 'fold a group', run: () => latest.current.unfold(false) },
    { key: '.', label: 'show new alerts', run: () => latest.current.showNew() },
    { key: 'm', label: 'exception…', run: () => void latest.current.exception() },
    { key: 'w', label: 'what is different', run: () => latest.current.compare() },
    { key: '/', label: 'filter', run: toFilter },
    { key: 'y', label: 'copy a link to this', run: () => void copyLink() },
  ]
}

function Empty({ status, isFiltered }: { readonly status: string; readonly isFiltered: boolean }) {
  if (isFiltered) {
    const none = Object.fromEntries(filterNames.map((name) => [name, '']))
    return (
      <p class="empty">
        No {status} alerts match. <a href={withQuery(none)}>Clear filter</a>
      </p>
    )
  }
  return status === 'open' ? (
    <p class="empty">
      No open alerts. To see a real one, <a href="/setup">run the self-test</a>.
    </p>
  ) : (
    <p class="empty">No {status} alerts.</p>
  )
}
