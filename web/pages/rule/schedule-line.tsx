import { parseDateMath } from '#base'
import { counted } from '../../parts/text.tsx'

const shownRuns = 4

/** Windows of a rule on a line of time, so that where they overlap, or leave something out, can be seen. */
export function ScheduleLine({
  interval,
  from,
  intervalMs,
}: {
  readonly interval: string
  readonly from: string
  readonly intervalMs: number | undefined
}) {
  const fromMs = parseDateMath(from, { nowMs: 0 })
  if (intervalMs === undefined || intervalMs === 0 || fromMs === undefined || fromMs >= 0) {
    return (
      <p>
        Every {interval}, reading {from} to its start.
      </p>
    )
  }
  const windowMs = -fromMs
  const spanMs = windowMs + intervalMs * (shownRuns - 1)
  const overlapMs = windowMs - intervalMs
  return (
    <>
      <p>
        Every <strong>{interval}</strong>, reading the last <strong>{spanOf(windowMs)}</strong>.{' '}
        {overlapMs >= 0 ? (
          <span class="muted">Each run reads {spanOf(overlapMs)} of the one before again.</span>
        ) : (
          <span class="chip bad">{spanOf(-overlapMs)} between runs are never read</span>
        )}
      </p>
      <svg
        class="schedule"
        viewBox={`0 0 1000 ${shownRuns * 12}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${counted(shownRuns, 'run')}, each reading ${spanOf(windowMs)}, ${interval} apart`}
      >
        {Array.from({ length: shownRuns }, (_, at) => (
          <g key={at}>
            <rect
              x={((at * intervalMs) / spanMs) * 1_000}
              y={at * 12 + 2}
              width={(windowMs / spanMs) * 1_000}
              height={8}
              class={at === shownRuns - 1 ? 'is-last' : ''}
            />
          </g>
        ))}
      </svg>
    </>
  )
}

function spanOf(ms: number): string {
  const minutes = ms / 60_000
  if (minutes < 1) return counted(Math.round(ms / 1_000), 'second')
  if (minutes < 120) return counted(Math.round(minutes * 10) / 10, 'minute')
  const hours = minutes / 60
  return hours < 72
    ? counted(Math.round(hours * 10) / 10, 'hour')
    : counted(Math.round((hours / 24) * 10) / 10, 'day')
}
