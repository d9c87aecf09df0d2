import type { ComponentChildren } from 'preact'
import { visibleText } from '#base'
import type { WireHealthReport, WireStatus } from '#api'
import { agoOf } from '../../parts/text.tsx'

const hourMs = 3_600_000

/** When each data stream and each host told something last; those that were silent longest first. */
export function Freshness({
  indices,
  hosts,
  moreHosts,
}: {
  readonly indices: WireStatus['store']['indices']
  readonly hosts: WireHealthReport['hosts']
  readonly moreHosts: number
}) {
  const streams = indices
    .map(({ index, events, last_ms: lastMs }) => ({
      name: String(index),
      events: Number(events),
      lastMs: typeof lastMs === 'number' ? lastMs : undefined,
    }))
    .toSorted((a, b) => (a.lastMs ?? 0) - (b.lastMs ?? 0))
  const told = hosts.map(({ host, events, last_at: at }) => ({
    name: host,
    events,
    lastMs: at === undefined ? undefined : Date.parse(at),
  }))
  return (
    <>
      <Table id="hosts-fresh" title="Hosts of the last 24 hours" what="Host" rows={told} isHosts>
        {moreHosts > 0 && <p class="muted">and {moreHosts.toLocaleString('en')} more</p>}
      </Table>
      <Table id="streams-fresh" title="Data streams" what="Index" rows={streams} />
    </>
  )
}

interface Row {
  readonly name: string
  readonly events: number
  readonly lastMs: number | undefined
}

function Table({
  id,
  title,
  what,
  rows,
  isHosts = false,
  children,
}: {
  readonly id: string
  readonly title: string
  readonly what: string
  readonly rows: readonly Row[]
  readonly isHosts?: boolean
  readonly children?: ComponentChildren
}) {
  return (
    <section class="health-half" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {rows.length === 0 && <p class="muted">None told anything.</p>}
      {rows.length > 0 && (
        <div class="health-rows" tabIndex={0} role="region" aria-label={`${title}, a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">{what}</th>
                <th scope="col">Events</th>
                <th scope="col">Newest</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, events, lastMs }) => (
                <tr key={name}>
                  <td class="m">
                    {isHosts ? (
                      <a href={`/hosts/${encodeURIComponent(name)}`}>{visibleText(name)}</a>
                    ) : (
                      visibleText(name)
                    )}
                  </td>
                  <td>{events.toLocaleString('en')}</td>
                  <td>
                    <span class={`chip ${toneOf(lastMs)}`}>
                      {lastMs === undefined ? 'no event has a time' : agoOf(Date.now() - lastMs)}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {children}
    </section>
  )
}

function toneOf(lastMs: number | undefined): string {
  return lastMs !== undefined && Date.now() - lastMs < hourMs ? 'ok' : 'warn'
}
