import { useEffect, useRef } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireAlertRow } from '#api'
import { MachineText, Severity, Time } from '../../parts/text.tsx'
import { useRowWindow } from '../../parts/use-row-window.ts'

const rowHeight = 36
const spare = 8

/** Rows of alerts, of which only those that can be seen are there. */
export function AlertGrid({
  rows,
  total,
  current,
  selected,
  onCurrent,
  onToggle,
  onEnd,
}: {
  readonly rows: readonly WireAlertRow[]
  readonly total: number
  readonly current: number
  readonly selected: ReadonlySet<string>
  readonly onCurrent: (at: number) => void
  readonly onToggle: (id: string) => void
  readonly onEnd: () => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const { first, last } = useRowWindow(box, {
    count: rows.length,
    rowHeight,
    headHeight: 0,
    current,
  })
  useEffect(() => {
    if (last >= rows.length - spare) onEnd()
  }, [last, rows.length])

  return (
    <div class="grid-box">
      <div class="grid-head" aria-hidden="true">
        <span />
        <span>Severity</span>
        <span>Time</span>
        <span>Rule</span>
        <span>Host</span>
        <span>User</span>
        <span>What happened</span>
      </div>
      <div
        class="grid"
        ref={box}
        role="grid"
        aria-label="Alerts"
        aria-rowcount={total}
        aria-multiselectable="true"
        tabIndex={0}
        aria-activedescendant={rows[current] === undefined ? undefined : `row-${current}`}
      >
        <div
          role="presentation"
          class="grid-space"
          style={{ height: `${rows.length * rowHeight}px` }}
        >
          {rows.slice(first, last).map((row, at) => (
            <Row
              key={row.id}
              row={row}
              at={first + at}
              isCurrent={first + at === current}
              isSelected={selected.has(row.id)}
              onCurrent={onCurrent}
              onToggle={onToggle}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

function Row({
  row,
  at,
  isCurrent,
  isSelected,
  onCurrent,
  onToggle,
}: {
  readonly row: WireAlertRow
  readonly at: number
  readonly isCurrent: boolean
  readonly isSelected: boolean
  readonly onCurrent: (at: number) => void
  readonly onToggle: (id: string) => void
}) {
  return (
    <div
      id={`row-${at}`}
      class={`grid-row${isCurrent ? ' is-current' : ''}`}
      style={{ transform: `translateY(${at * rowHeight}px)` }}
      role="row"
      aria-rowindex={at + 1}
      aria-selected={isSelected}
      onClick={() => onCurrent(at)}
    >
      <span role="gridcell">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select alert ${at + 1}`}
          checked={isSelected}
          onChange={() => onToggle(row.id)}
        />
      </span>
      <span role="gridcell">
        <Severity severity={row.severity} />
      </span>
      <span role="gridcell">
        <Time iso={row.happened_at} />
      </span>
      <span role="gridcell" class="grid-rule">
        <a href={`/alerts/${row.id}`} tabIndex={-1}>
          {visibleText(row.rule)}
        </a>
      </span>
      <span role="gridcell" class="grid-host">
        {visibleText(row.host)}
      </span>
      <span role="gridcell" class="grid-user">
        {visibleText(row.user)}
      </span>
      <span role="gridcell" class="grid-what">
        {row.new_terms.length > 0 && (
          <span class="chip warn">new: {row.new_terms.map(visibleText).join(', ')}</span>
        )}{' '}
        <MachineText text={row.what} />
        {row.suppressed > 0 && <span class="chip"> +{row.suppressed} like it</span>}
      </span>
    </div>
  )
}
