import { visibleText, type JsonObject } from '#base'
import { DaySpan } from '../../parts/day-span.tsx'
import { Histogram } from '../../parts/histogram.tsx'
import { counted, Problem } from '../../parts/text.tsx'
import { place } from '../../frame/router.ts'
import { BacktestAlerts } from './backtest-alerts.tsx'
import { useBacktest, type Backtest } from './use-backtest.ts'

const choices = [1, 7, 14, 30] as const

/** What a rule would have told of past events, while it is written. */
export function BacktestPanel({
  rule,
  id,
}: {
  readonly rule: JsonObject
  /** Of the installed rule whose exceptions count. */
  readonly id: string | undefined
}) {
  const asked = Number(place.value.query.get('days') ?? '14')
  const days = choices.find((each) => each === asked) ?? 14
  const { backtest, stop, again } = useBacktest(rule, { id, days })
  return (
    <section class="backtest" aria-labelledby="backtest">
      <div class="line">
        <h2 id="backtest">Backtest</h2>
        <span class="space" />
        {backtest.isRunning ? (
          <button type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button type="button" onClick={again}>
            Run again
          </button>
        )}
        <DaySpan days={days} choices={choices} />
      </div>
      <div class="backtest-progress" aria-hidden="true">
        <i
          style={{
            width: `${(backtest.isRunning ? Math.max(0.03, backtest.share) : 1) * 100}%`,
          }}
        />
      </div>
      <Verdict backtest={backtest} />
      {backtest.problems.map(({ code, message, help }, at) => (
        <p key={at} class="problem" title={code}>
          {visibleText(message)}
          {help !== undefined && <span> {visibleText(help)}</span>}
        </p>
      ))}
      {backtest.failure !== undefined && <Problem text={backtest.failure} onRetry={again} />}
      <Found backtest={backtest} />
    </section>
  )
}

function Verdict({ backtest }: { readonly backtest: Backtest }) {
  const { summary, isRunning, matched, total, days } = backtest
  if (backtest.problems.length > 0) return <p class="verdict">It cannot run as it is written.</p>
  if (isRunning) {
    return (
      <p class="verdict" role="status">
        Looking over {counted(days, 'day')}: <strong>{counted(total, 'alert')}</strong>
        {matched > 0 && <span class="muted"> · {counted(matched, 'event')} match</span>}
      </p>
    )
  }
  if (summary === undefined) return <p class="verdict muted">It runs when you pause.</p>
  const { alerts, suppressed, excepted, failed, executions } = summary
  return (
    <>
      <p class="verdict" role="status">
        Would have fired <strong>{alerts.toLocaleString('en')}</strong>{' '}
        {alerts === 1 ? 'time' : 'times'} in {counted(days, 'day')}
        {days > 1 && alerts > 0 && <span>, {(alerts / days).toFixed(1)} a day</span>}
        {excepted > 0 && (
          <span> after exceptions, which kept {counted(excepted, 'event')} from it</span>
        )}
        .
      </p>
      <p class="muted">
        {counted(matched, 'event')} match the query, {counted(executions, 'execution')}
        {suppressed > 0 && `, ${counted(suppressed, 'alert')} folded into others`}
        {failed > 0 && `, ${failed} failed`}
        {summary.looked_at !== undefined &&
          `; ${counted(summary.looked_at, 'event')} in the indices that it reads`}
        .
      </p>
      {summary.is_cut !== undefined && (
        <p class="note">More events match than are looked at: there would have been more alerts.</p>
      )}
      {[...summary.errors, ...summary.warnings].map(({ kind, message, executions: times }) => (
        <p key={kind} class="note">
          {visibleText(message)} <span>({counted(times, 'execution')})</span>
        </p>
      ))}
    </>
  )
}

const dayMs = 86_400_000

function Found({ backtest: { summary, alerts, total } }: { readonly backtest: Backtest }) {
  return (
    <>
      {summary !== undefined && summary.alerts > 0 && (
        <>
          <Histogram
            buckets={summary.days.map(({ day, alerts: count }) => ({
              start: `${day}T00:00:00.000Z`,
              count,
            }))}
            fromMs={Math.floor(Date.parse(summary.from) / dayMs) * dayMs}
            toMs={Math.ceil(Date.parse(summary.to) / dayMs) * dayMs}
            everyMs={dayMs}
            word="alert"
          />
          <div class="tops">
            <Top title="New" values={summary.new_terms} />
            <Top title="Hosts" values={summary.hosts} />
            <Top title="Users" values={summary.users} />
          </div>
        </>
      )}
      {alerts.length > 0 && (
        <BacktestAlerts alerts={alerts} label="Alerts that it would have raised" />
      )}
      {alerts.length > 0 && total > alerts.length && (
        <p class="muted">
          The first {alerts.length} of {total.toLocaleString('en')}.
        </p>
      )}
    </>
  )
}

function Top({
  title,
  values,
}: {
  readonly title: string
  readonly values: readonly {
    readonly value: string
    readonly alerts: number
  }[]
}) {
  if (values.length === 0) return null
  return (
    <div>
      <h3>{title}</h3>
      {values.map(({ value, alerts }) => (
        <div key={value} class="top-value">
          <span class="m">{visibleText(value.slice(0, 120))}</span>
          <span class="muted">{alerts.toLocaleString('en')}</span>
        </div>
      ))}
    </div>
  )
}
