import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import { api } from '../../api.ts'
import { counted, Problem } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { BacktestAlerts } from './backtest-alerts.tsx'

const choices = [1, 7, 14, 30] as const

/** What the change of a text changes in what the rule tells: both are executed over the same past events. */
export function Behaviour({
  id,
  from,
  to,
}: {
  readonly id: string
  readonly from: number
  readonly to: number
}) {
  const [days, setDays] = useState(7)
  const found = useLoaded(`behaviour ${id} ${from} ${to} ${days}`, (signal) =>
    api.compareRuleBehaviour({ id, version: from, days }, signal),
  )
  const { value } = found
  return (
    <section aria-labelledby="behaviour" class="behaviour">
      <div class="line">
        <h2 id="behaviour">What that changes in what it tells</h2>
        <span class="space" />
        <label>
          Over{' '}
          <select
            value={String(days)}
            onChange={(event) => setDays(Number(event.currentTarget.value))}
          >
            {choices.map((each) => (
              <option key={each} value={String(each)}>
                {counted(each, 'day')}
              </option>
            ))}
          </select>
        </label>
      </div>
      {found.problem !== undefined && <Problem text={found.problem} onRetry={found.reload} />}
      {value === undefined && found.problem === undefined && (
        <p class="muted" role="status">
          Both are executed over the events of {counted(days, 'day')}…
        </p>
      )}
      {value?.diagnostics.map(({ message }, at) => (
        <p key={at} class="problem">
          It cannot be compared: {visibleText(message)}
        </p>
      ))}
      {value !== undefined && value.diagnostics.length === 0 && (
        <>
          <p role="status">
            <span class={`chip ${value.now.alone > 0 ? 'warn' : ''}`}>
              +{value.now.alone.toLocaleString('en')} told only now
            </span>{' '}
            <span class={`chip ${value.before.alone > 0 ? 'warn' : ''}`}>
              −{value.before.alone.toLocaleString('en')} told only before
            </span>{' '}
            <span class="chip">{value.both.toLocaleString('en')} told by both</span>{' '}
            <span class="muted">
              {counted(value.before.matched, 'event')} matched before,{' '}
              {value.now.matched.toLocaleString('en')} now
            </span>
          </p>
          {(value.before.is_cut || value.now.is_cut) && (
            <p class="note">
              More events or alerts than are looked at: the figures are at least these.
            </p>
          )}
          {value.now.examples.length > 0 && (
            <>
              <h3>Only now</h3>
              <BacktestAlerts
                alerts={value.now.examples}
                label="Alerts that only the text of now raises"
              />
            </>
          )}
          {value.before.examples.length > 0 && (
            <>
              <h3>Only before</h3>
              <BacktestAlerts
                alerts={value.before.examples}
                label="Alerts that only the text of before raised"
              />
            </>
          )}
        </>
      )}
    </section>
  )
}
