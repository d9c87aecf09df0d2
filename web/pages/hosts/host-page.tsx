import { visibleText } from '#base'
import type { WireHost } from '#api'
import { api } from '../../api.ts'
import { go, place } from '../../frame/router.ts'
import { DaySpan } from '../../parts/day-span.tsx'
import { Histogram } from '../../parts/histogram.tsx'
import { agoOf, counted, MachineText, Problem, Severity, Time } from '../../parts/text.tsx'
import { timeText } from '../../parts/time-range.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import './hosts.css'

const spans = [1, 7, 30, 90] as const

/** A host: what its events say of it, and what was told of it. */
export function HostPage() {
  const { segments, query } = place.value
  const id = segments[1] ?? ''
  const asked = Number(query.get('days') ?? '7')
  const days = spans.find((each) => each === asked) ?? 7
  const host = useLoaded(`${id} ${days}`, (signal) => api.getHost({ id, days }, signal))
  const name = host.value?.name ?? id
  const alerts = useLoaded(`alerts of ${name}`, (signal) =>
    api.listAlertRows({ host: name, limit: 12 }, signal),
  )
  if (host.value === undefined && host.problem !== undefined) {
    return (
      <>
        <h1 class="hidden-text">Host</h1>
        <Problem text={host.problem} onRetry={host.reload} />
        <p class="empty">
          Its events may be gone. <a href="/explore">Explore</a>
        </p>
      </>
    )
  }
  const { value } = host
  const lastMs = value?.last_at === undefined ? undefined : Date.parse(value.last_at)
  return (
    <div class="host">
      <div class="line">
        <h1>{visibleText(name)}</h1>
        {lastMs !== undefined && (
          <span class={`chip ${Date.now() - lastMs < 900_000 ? 'ok' : 'warn'}`}>
            last event {agoOf(Date.now() - lastMs)}
          </span>
        )}
        {value?.first_at !== undefined && (
          <span class="muted">first seen {value.first_at.slice(0, 10)}</span>
        )}
        <span class="space" />
        <DaySpan days={days} choices={spans} />
        <a class="button" href={exploreHref(`host.name:${quoted(name)}`, days)}>
          Its events
        </a>
      </div>
      {value === undefined ? (
        <p class="empty">Loading…</p>
      ) : (
        <>
          <section aria-labelledby="rate">
            <h2 id="rate">{counted(value.events, 'event')}</h2>
            <Histogram
              buckets={value.rate.map(({ start, events: count }) => ({
                start,
                count,
              }))}
              fromMs={Date.parse(value.from)}
              toMs={Date.parse(value.to)}
              everyMs={value.every_s * 1_000}
              word="event"
              onChoose={(fromMs, toMs) =>
                go(
                  `/explore?${new URLSearchParams({ q: `host.name:${quoted(name)}`, t: timeText(fromMs, toMs) }).toString()}`,
                )
              }
            />
          </section>
          <div class="host-body">
            <div class="host-column">
              <Alerts name={name} rows={alerts} />
              <section aria-labelledby="streams">
                <h2 id="streams">What it sends</h2>
                <Streams host={value} />
              </section>
            </div>
            <div class="host-column">
              <section aria-labelledby="facts">
                <h2 id="facts">Facts</h2>
                <dl>
                  {value.facts.map(({ field, values }) => (
                    <div key={field} class="pair">
                      <dt>{field.replace(/^host\./, '')}</dt>
                      <dd>
                        <MachineText text={values.slice(0, 20).join(', ').slice(0, 1_000)} />
                      </dd>
                    </div>
                  ))}
                </dl>
              </section>
              <Values
                title="Users"
                field="user.name"
                name={name}
                days={days}
                values={value.users}
              />
              <Values
                title="Containers"
                field="container.name"
                name={name}
                days={days}
                values={value.containers}
              />
              <Values
                title="Programs"
                field="process.executable"
                name={name}
                days={days}
                values={value.programs}
              />
            </div>
          </div>
        </>
      )}
    </div>
  )
}

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function exploreHref(query: string, days: number): string {
  const t = { 1: 'now-24h..now', 7: 'now-7d..now', 30: 'now-30d..now' }[days] ?? 'now-90d..now'
  return `/explore?${new URLSearchParams({ q: query, t }).toString()}`
}

function Streams({ host }: { readonly host: WireHost }) {
  if (host.streams.length === 0) return <p class="muted">Nothing in this time.</p>
  return (
    <div class="host-table" tabIndex={0} role="region" aria-label="Indices with events of the host">
      <table>
        <thead>
          <tr>
            <th scope="col">Index</th>
            <th scope="col">Events</th>
            <th scope="col">Newest</th>
          </tr>
        </thead>
        <tbody>
          {host.streams.map(({ index, events, last_at: last }) => (
            <tr key={index}>
              <td>
                <MachineText text={index} />
              </td>
              <td>{events.toLocaleString('en')}</td>
              <td>{last !== undefined && <Time iso={last} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {host.more_streams > 0 && (
        <p class="muted">{counted(host.more_streams, 'other index')} not looked at.</p>
      )}
    </div>
  )
}

function Alerts({
  name,
  rows,
}: {
  readonly name: string
  readonly rows: ReturnType<typeof useLoaded<Awaited<ReturnType<typeof api.listAlertRows>>>>
}) {
  const { value, problem, reload } = rows
  return (
    <section aria-labelledby="alerts">
      <div class="line">
        <h2 id="alerts">Alerts</h2>
        <span class="space" />
        <a href={`/alerts?host=${encodeURIComponent(name)}`}>All</a>
      </div>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      {value !== undefined && (
        <p>
          <strong>{value.counts.open}</strong> open, <strong>{value.counts.acknowledged}</strong>{' '}
          acknowledged, <strong>{value.counts.closed}</strong> closed.
        </p>
      )}
      {value?.rows.map((row) => (
        <div key={row.id} class="host-alert">
          <Severity severity={row.severity} />
          <a href={`/alerts/${row.id}`}>{visibleText(row.rule)}</a>
          <Time iso={row.happened_at} />
          <MachineText text={row.what.slice(0, 160)} />
        </div>
      ))}
    </section>
  )
}

function Values({
  title,
  field,
  name,
  days,
  values,
}: {
  readonly title: string
  readonly field: string
  readonly name: string
  readonly days: number
  readonly values: readonly {
    readonly value: string
    readonly events: number
  }[]
}) {
  if (values.length === 0) return null
  const most = Math.max(1, ...values.map(({ events }) => events))
  return (
    <section aria-labelledby={`top-${field}`}>
      <h2 id={`top-${field}`}>{title}</h2>
      {values.map(({ value, events }) => (
        <div key={value} class="host-value">
          {value.length > 1_000 ? (
            <MachineText text={value.slice(0, 120)} />
          ) : (
            <a
              class="m"
              href={exploreHref(`host.name:${quoted(name)} and ${field}:${quoted(value)}`, days)}
            >
              {visibleText(value.slice(0, 160))}
            </a>
          )}
          <meter min={0} max={most} value={events} aria-label={counted(events, 'event')} />
          <span class="muted">{events.toLocaleString('en')}</span>
        </div>
      ))}
    </section>
  )
}
