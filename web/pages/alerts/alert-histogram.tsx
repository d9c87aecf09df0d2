import { api } from '../../api.ts'
import { go, withQuery } from '../../frame/router.ts'
import { rangeOf } from '../../frame/time-range.ts'
import { counted, Problem } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { requestOf, type AlertsAsked } from './use-alert-rows.ts'

const bucketCount = 60
const height = 34

/** Alerts by time, the worst of them marked; a click on a bar shows that stretch alone. */
export function AlertHistogram({
  asked,
  turn,
}: {
  readonly asked: AlertsAsked
  /** Whenever it changes, the counts are asked for anew. */
  readonly turn: number
}) {
  const range = rangeOf(asked.time, Date.now()) ?? rangeOf('now-30d..now', Date.now())
  const { from: _from, to: _to, query: _query, ...choice } = requestOf(asked)
  const loaded = useLoaded(`histogram ${JSON.stringify(asked)} ${turn}`, (signal) =>
    api.countAlertsByTime(
      {
        ...choice,
        from: isoOf(range?.fromMs ?? 0),
        to: isoOf(range?.toMs ?? 0),
        buckets: bucketCount,
      },
      signal,
    ),
  )
  if (loaded.problem !== undefined) return <Problem text={loaded.problem} onRetry={loaded.reload} />
  const { buckets = [], every_s: everySeconds = 0 } = loaded.value ?? {}
  const most = Math.max(1, ...buckets.map(({ alerts }) => alerts))
  const total = buckets.reduce((sum, { alerts }) => sum + alerts, 0)
  const show = (start: string): void => {
    const end = Date.parse(start) + everySeconds * 1_000
    go(withQuery({ t: `${start}..${isoOf(end)}` }))
  }
  return (
    <figure class="histogram">
      <svg viewBox={`0 0 ${bucketCount} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {buckets.map(({ start, alerts, severe }, at) => {
          const tall = (count: number): number =>
            count === 0 ? 0 : Math.max(2, (height * count) / most)
          return (
            <g key={start} onClick={() => show(start)}>
              <title>{`${start.slice(0, 16).replace('T', ' ')}: ${counted(alerts, 'alert')}, ${severe} high or critical`}</title>
              <rect class="hit" x={at} width={1} y={0} height={height} />
              <rect x={at + 0.1} width={0.8} y={height - tall(alerts)} height={tall(alerts)} />
              <rect
                class="severe"
                x={at + 0.1}
                width={0.8}
                y={height - tall(severe)}
                height={tall(severe)}
              />
            </g>
          )
        })}
      </svg>
      <figcaption class="muted">
        <span>{range === undefined ? '' : isoOf(range.fromMs).slice(0, 16).replace('T', ' ')}</span>
        <span>
          {counted(total, 'alert')}
          {asked.query === '' ? '' : ', whatever the filter says'}
        </span>
        <span>
          {range === undefined ? '' : isoOf(range.toMs).slice(0, 16).replace('T', ' ')} UTC
        </span>
      </figcaption>
    </figure>
  )
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
