import { useEffect } from 'preact/hooks'
import { visibleText } from '#base'
import { api } from '../../api.ts'
import { counted, Problem } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { Arrivals } from './arrivals.tsx'
import { Executions } from './executions.tsx'
import { Freshness } from './freshness.tsx'
import { Gaps } from './gaps.tsx'
import { Learning } from './learning.tsx'
import { SensorCard } from './sensor-card.tsx'
import { StoreCard } from './store-card.tsx'
import './health.css'

const everyMs = 5_000

/** Whether anything is missed: asked anew every five seconds while the page is looked at. */
export function HealthPage() {
  const status = useLoaded('status', (signal) => api.getStatus({}, signal))
  const report = useLoaded('report', (signal) => api.getHealthReport({}, signal))
  const gaps = useLoaded('gaps', (signal) => api.listGaps({}, signal))
  const settings = useLoaded('settings', (signal) => api.getSettings({}, signal))
  const parts = [status, report, gaps, settings]
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.hidden) return
      for (const { reload } of [status, report, gaps]) reload()
    }, everyMs)
    return () => clearInterval(timer)
  }, [status.reload, report.reload, gaps.reload])
  return (
    <div class="health">
      <h1>Health</h1>
      {parts.map(
        ({ problem, reload }, at) =>
          problem !== undefined && <Problem key={at} text={problem} onRetry={reload} />,
      )}
      <div class="health-cards">
        {status.value !== undefined && <Server status={status.value} />}
        {status.value !== undefined && <SensorCard sensor={status.value.sensor} />}
        {status.value !== undefined && (
          <StoreCard store={status.value.store} settings={settings.value} />
        )}
        {report.value !== undefined && status.value !== undefined && (
          <Arrivals minutes={report.value.ingest} counts={status.value.ingest} />
        )}
        {gaps.value !== undefined && <Gaps gaps={gaps.value.gaps} onChanged={gaps.reload} />}
        {report.value !== undefined && <Executions report={report.value} />}
        {report.value !== undefined && status.value !== undefined && (
          <Learning firstSeen={status.value.first_seen} postings={report.value.postings} />
        )}
        {report.value !== undefined && status.value !== undefined && (
          <Freshness
            indices={status.value.store.indices}
            hosts={report.value.hosts}
            moreHosts={report.value.more_hosts}
          />
        )}
      </div>
    </div>
  )
}

function Server({
  status: { version, started_at: startedAt, memory_bytes: memory, data_directory: data, ...status },
}: {
  readonly status: Awaited<ReturnType<typeof api.getStatus>>
}) {
  const { rules, alerts } = status
  const idle = rules.enabled - rules.runnable
  return (
    <section aria-labelledby="server">
      <h2 id="server">Server</h2>
      <dl>
        <dt>Version</dt>
        <dd>{version}</dd>
        <dt>Running</dt>
        <dd>since {startedAt.slice(0, 16).replace('T', ' ')} UTC</dd>
        <dt>Memory</dt>
        <dd>{Math.round(memory / 1_048_576).toLocaleString('en')} MiB</dd>
        <dt>Data</dt>
        <dd class="m">{visibleText(data)}</dd>
        <dt>Rules on</dt>
        <dd>
          {rules.enabled} of {rules.installed}
          {idle > 0 && (
            <>
              {' '}
              <a href="/rules">{counted(idle, 'rule')} cannot run</a>
            </>
          )}
        </dd>
        <dt>Alerts</dt>
        <dd>
          <a href="/alerts">{alerts.open.toLocaleString('en')} open</a>,{' '}
          {alerts.acknowledged.toLocaleString('en')} acknowledged,{' '}
          {alerts.closed.toLocaleString('en')} closed
        </dd>
      </dl>
    </section>
  )
}
