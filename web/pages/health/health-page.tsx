import { useEffect } from 'preact/hooks'
import { isJsonObject, visibleText, type JsonValue } from '#base'
import { api } from '../../api.ts'
import { agoOf, counted, Problem } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import './health.css'

const everyMs = 5_000

/** What the server is doing: asked anew every five seconds while the page is open. */
export function HealthPage() {
  const {
    value: status,
    problem,
    reload,
  } = useLoaded('status', (signal) => api.getStatus({}, signal))
  useEffect(() => {
    const timer = setInterval(reload, everyMs)
    return () => clearInterval(timer)
  }, [reload])
  return (
    <div class="health">
      <h1>Health</h1>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      {status !== undefined && (
        <div class="health-cards">
          <section>
            <h2>Sensor</h2>
            <Sensor sensor={status.sensor} />
          </section>
          <section>
            <h2>Rules and alerts</h2>
            <dl>
              <dt>Rules on</dt>
              <dd>
                {status.rules.enabled} of {status.rules.installed}
                {status.rules.runnable < status.rules.enabled && (
                  <>
                    {' '}
                    <a href="/rules">
                      {status.rules.enabled - status.rules.runnable} of them cannot run
                    </a>
                  </>
                )}
              </dd>
              <dt>Alerts</dt>
              <dd>
                <a href="/alerts">{status.alerts.open.toLocaleString('en')} open</a>,{' '}
                {status.alerts.acknowledged.toLocaleString('en')} acknowledged,{' '}
                {status.alerts.closed.toLocaleString('en')} closed
              </dd>
            </dl>
          </section>
          <section>
            <h2>Server</h2>
            <dl>
              <dt>Version</dt>
              <dd>{status.version}</dd>
              <dt>Running</dt>
              <dd>since {agoOf(Date.now() - Date.parse(status.started_at))}</dd>
              <dt>Memory</dt>
              <dd>{mebibytes(status.memory_bytes)}</dd>
              <dt>Data</dt>
              <dd class="m">{visibleText(status.data_directory)}</dd>
              <dt>Ingest</dt>
              <dd>
                {counted(status.ingest.created, 'event')} kept, {status.ingest.exists} known
                already,{' '}
                <span class={status.ingest.refused > 0 ? 'chip warn' : ''}>
                  {status.ingest.refused} refused
                </span>
              </dd>
            </dl>
          </section>
          <section class="health-wide">
            <h2>
              Store: {counted(status.store.events, 'event')}, {mebibytes(status.store.bytes)}
            </h2>
            <div class="health-indices" tabIndex={0} role="region" aria-label="Indices">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Index</th>
                    <th scope="col">Events</th>
                    <th scope="col">Newest</th>
                  </tr>
                </thead>
                <tbody>
                  {status.store.indices.map((index) => (
                    <tr key={String(index['index'])}>
                      <td class="m">{visibleText(String(index['index']))}</td>
                      <td>{Number(index['events']).toLocaleString('en')}</td>
                      <td>{newest(index['last_ms'])}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </section>
        </div>
      )}
    </div>
  )
}

function Sensor({
  sensor,
}: {
  readonly sensor: Awaited<ReturnType<typeof api.getStatus>>['sensor']
}) {
  const sees = sensor.mode !== 'none' && sensor.mode !== 'off'
  return (
    <>
      <p>
        <span class={`chip ${sees ? 'ok' : 'warn'}`}>
          {sees ? `sees by ${sensor.mode}` : 'off'}
        </span>{' '}
        {sensor.reason !== undefined && visibleText(sensor.reason)}
      </p>
      {sensor.blind_spots.length > 0 && (
        <ul>
          {sensor.blind_spots.map((spot) => (
            <li key={spot}>cannot see: {visibleText(spot)}</li>
          ))}
        </ul>
      )}
      {sensor.remedy !== undefined && (
        <p>
          To see everything: <code>{visibleText(sensor.remedy)}</code>
        </p>
      )}
      {sensor.counters !== undefined && (
        <dl>
          {countsIn(sensor.counters).map(([name, count]) => (
            <div key={name} class="pair">
              <dt>{name}</dt>
              <dd>{count.toLocaleString('en')}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  )
}

/** Every number by its path, in words. */
function countsIn(value: JsonValue, path = ''): readonly (readonly [string, number])[] {
  if (typeof value === 'number') return [[path, value]]
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const words = name
      .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
      .replaceAll('_', ' ')
      .toLowerCase()
    return countsIn(member, `${path} ${words}`.trim())
  })
}

function newest(ms: JsonValue | undefined): string {
  return typeof ms === 'number' ? agoOf(Date.now() - ms) : 'no event has a time'
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576).toLocaleString('en')} MiB`
}
