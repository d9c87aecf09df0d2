import { useRef } from 'preact/hooks'
import { visibleText } from '#base'
import { MachineText, Time } from '../../parts/text.tsx'
import { useRowWindow } from '../../parts/use-row-window.ts'
import { fieldText, summaryOf, type ShownEvent } from './event-texts.ts'

const rowHeight = 30
const longest = 400

/** Events in rows, of which only those that can be seen are there. */
export function EventTable({
  events,
  columns,
  current,
  onOpen,
}: {
  readonly events: readonly ShownEvent[]
  /** Fields; none: a line that tells what happened. */
  readonly columns: readonly string[]
  readonly current: number
  readonly onOpen: (at: number) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const { first, last } = useRowWindow(box, {
    count: events.length,
    rowHeight,
    headHeight: rowHeight,
    current,
  })
  return (
    <div
      class="event-box"
      ref={box}
      role="grid"
      aria-label="Events"
      aria-rowcount={events.length + 1}
      tabIndex={0}
      aria-activedescendant={current >= first && current < last ? `event-${current}` : undefined}
    >
      <div role="row" class="event-row event-head" aria-rowindex={1}>
        <span role="columnheader">Time (UTC)</span>
        {columns.length === 0 ? (
          <>
            <span role="columnheader">Host</span>
            <span role="columnheader" class="event-what">
              What happened
            </span>
          </>
        ) : (
          columns.map((field) => (
            <span role="columnheader" key={field}>
              {visibleText(field)}
            </span>
          ))
        )}
      </div>
      <div
        role="presentation"
        class="event-space"
        style={{ height: `${events.length * rowHeight}px` }}
      >
        {events.slice(first, last).map((event, at) => (
          <EventRow
            key={`${event.index}/${event.id}`}
            event={event}
            at={first + at}
            columns={columns}
            isCurrent={first + at === current}
            onOpen={onOpen}
          />
        ))}
      </div>
    </div>
  )
}

function EventRow({
  event: { document },
  at,
  columns,
  isCurrent,
  onOpen,
}: {
  readonly event: ShownEvent
  readonly at: number
  readonly columns: readonly string[]
  readonly isCurrent: boolean
  readonly onOpen: (at: number) => void
}) {
  return (
    <div
      id={`event-${at}`}
      role="row"
      class={`event-row${isCurrent ? ' is-current' : ''}`}
      aria-rowindex={at + 2}
      aria-selected={isCurrent}
      style={{ transform: `translateY(${at * rowHeight}px)` }}
      onClick={() => onOpen(at)}
    >
      <span role="gridcell">
        <Time iso={fieldText(document, '@timestamp')} />
      </span>
      {columns.length === 0 ? (
        <>
          <span role="gridcell">{visibleText(fieldText(document, 'host.name').slice(0, 100))}</span>
          <span role="gridcell" class="event-what">
            <MachineText text={summaryOf(document).slice(0, longest)} />
          </span>
        </>
      ) : (
        columns.map((field) => (
          <span role="gridcell" key={field}>
            <MachineText text={fieldText(document, field).slice(0, longest)} />
          </span>
        ))
      )}
    </div>
  )
}
