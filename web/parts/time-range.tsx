import { useState } from 'preact/hooks'
import { parseDate, parseDateMath } from '#base'

/** A stretch of time as an address says it: `now-24h..now`. */
export interface AskedTime {
  readonly text: string
  /** Epoch milliseconds. */
  readonly fromMs: number
  readonly toMs: number
}

const spans = [
  ['now-15m..now', 'Last 15 minutes'],
  ['now-1h..now', 'Last hour'],
  ['now-24h..now', 'Last 24 hours'],
  ['now-7d..now', 'Last 7 days'],
  ['now-30d..now', 'Last 30 days'],
  ['now-90d..now', 'Last 90 days'],
] as const

/** The stretch that a text means now; the last 24 hours where it means none. */
export function timeOf(text: string, nowMs: number, otherwise = 'now-24h..now'): AskedTime {
  const [from = '', to = ''] = text.split('..')
  const fromMs = instantOf(from, nowMs)
  const toMs = instantOf(to, nowMs)
  if (fromMs !== undefined && toMs !== undefined && fromMs < toMs) return { text, fromMs, toMs }
  return text === otherwise
    ? { text, fromMs: nowMs - 86_400_000, toMs: nowMs }
    : timeOf(otherwise, nowMs, otherwise)
}

/** The text of a stretch between two points in time. */
export function timeText(fromMs: number, toMs: number): string {
  return `${new Date(fromMs).toISOString()}..${new Date(toMs).toISOString()}`
}

function instantOf(text: string, nowMs: number): number | undefined {
  return text.startsWith('now') ? parseDateMath(text, { nowMs }) : parseDate(text)
}

/** Chooses a stretch: a usual one, or its two ends as texts. */
export function TimeRange({
  time,
  onChoose,
}: {
  readonly time: AskedTime
  readonly onChoose: (text: string) => void
}) {
  const isUsual = spans.some(([text]) => text === time.text)
  const [isOwn, setOwn] = useState(false)
  const [ends, setEnds] = useState({ from: '', to: '' })
  const open = isOwn || !isUsual
  const [from = '', to = ''] = time.text.split('..')
  return (
    <div class="line time-range">
      <label>
        <span class="hidden-text">Time</span>
        <select
          value={open ? 'own' : time.text}
          onChange={(event) => {
            const chosen = event.currentTarget.value
            setOwn(chosen === 'own')
            if (chosen !== 'own') onChoose(chosen)
          }}
        >
          {spans.map(([text, title]) => (
            <option key={text} value={text}>
              {title}
            </option>
          ))}
          <option value="own">Between…</option>
        </select>
      </label>
      {open && (
        <form
          class="line"
          onSubmit={(event) => {
            event.preventDefault()
            onChoose(`${ends.from || from}..${ends.to || to}`)
          }}
        >
          <input
            type="text"
            aria-label="From, a date or now-2h"
            value={ends.from || from}
            onInput={(event) => setEnds({ ...ends, from: event.currentTarget.value })}
          />
          <input
            type="text"
            aria-label="To, a date or now"
            value={ends.to || to}
            onInput={(event) => setEnds({ ...ends, to: event.currentTarget.value })}
          />
          <button type="submit">Set</button>
        </form>
      )}
    </div>
  )
}
