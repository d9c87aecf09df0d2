import type { WireHealthReport, WireStatus } from '#api'
import { Histogram } from '../../parts/histogram.tsx'
import { counted } from '../../parts/text.tsx'

const minuteMs = 60_000

/** How much comes in: by the minute in the last hour, and what became of it. */
export function Arrivals({
  minutes,
  counts: { created, exists, refused },
}: {
  readonly minutes: WireHealthReport['ingest']
  readonly counts: WireStatus['ingest']
}) {
  const toMs = Math.ceil(Date.now() / minuteMs) * minuteMs
  const within = (span: number): number =>
    minutes
      .filter(({ start }) => Date.parse(start) >= toMs - (span + 1) * minuteMs)
      .filter(({ start }) => Date.parse(start) < toMs - minuteMs)
      .reduce((sum, { events }) => sum + events, 0)
  return (
    <section class="health-wide" aria-labelledby="arrivals">
      <h2 id="arrivals">Ingest</h2>
      <p class="line">
        <strong>{rateText(within(5) / 300)}</strong>{' '}
        <span class="muted">over the last 5 whole minutes. Since the start:</span>
        <span>{counted(created, 'event')} kept,</span>
        <span>{exists.toLocaleString('en')} known already,</span>
        <span class={refused > 0 ? 'chip warn' : ''}>{refused.toLocaleString('en')} refused</span>
      </p>
      <Histogram
        buckets={minutes.map(({ start, events }) => ({ start, count: events }))}
        fromMs={toMs - 60 * minuteMs}
        toMs={toMs}
        everyMs={minuteMs}
        word="event"
      />
    </section>
  )
}

function rateText(perSecond: number): string {
  if (perSecond === 0) return 'nothing comes in'
  return perSecond >= 10
    ? `${Math.round(perSecond).toLocaleString('en')} events a second`
    : `${perSecond.toFixed(2)} events a second`
}
