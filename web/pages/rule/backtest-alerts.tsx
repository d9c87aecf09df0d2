import { visibleText } from '#base'
import type { WireBacktestLine } from '#api'
import { MachineText, Severity, Time } from '../../parts/text.tsx'

/** Alerts that a rule would have raised. */
export function BacktestAlerts({
  alerts,
  label,
}: {
  readonly alerts: NonNullable<WireBacktestLine['alerts']>
  readonly label: string
}) {
  return (
    <div class="backtest-alerts" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Severity</th>
            <th scope="col">Host</th>
            <th scope="col">What happened</th>
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert, at) => (
            <tr key={at}>
              <td>
                <Time iso={alert.at} />
              </td>
              <td>
                <Severity severity={alert.severity} />
              </td>
              <td>{visibleText(alert.host)}</td>
              <td>
                {alert.new_terms !== '' && (
                  <span class="chip warn">new: {visibleText(alert.new_terms.slice(0, 120))}</span>
                )}{' '}
                <MachineText text={alert.reason.slice(0, 300)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
