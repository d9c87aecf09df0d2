import { visibleText } from '#base'
import type { WireAlertContext } from '#api'
import { MachineText, Time } from '../../parts/text.tsx'

type Chain = NonNullable<WireAlertContext['chain']>

/** The processes that led to the alert, oldest first, and what came of it. */
export function ProcessChain({ chain }: { readonly chain: Chain }) {
  const depths = depthsOf(chain)
  return (
    <section aria-labelledby="chain">
      <h2 id="chain">Process chain</h2>
      <div class="chain-box" tabIndex={0} role="group" aria-label="Processes, oldest first">
        <table class="chain m">
          <thead class="hidden-text">
            <tr>
              <th scope="col">Process</th>
              <th scope="col">User</th>
              <th scope="col">Started</th>
            </tr>
          </thead>
          <tbody>
            {chain.unseen > 0 && (
              <tr>
                <td colSpan={3} class="muted">
                  {chain.unseen} earlier: they started before the sensor did, or their events are
                  gone
                </td>
              </tr>
            )}
            {chain.processes.map((process, at) => (
              <tr key={at} class={process.role === 'alert' ? 'is-alert' : ''}>
                <td>
                  <span class={`depth depth-${Math.min(depths[at] ?? 0, 9)}`}>
                    {(depths[at] ?? 0) > 0 && <span aria-hidden="true">└ </span>}
                    <strong>
                      {visibleText(process.name || process.executable || 'unknown')}
                    </strong>{' '}
                    <span class="muted">{process.pid}</span>{' '}
                    <MachineText text={process.args.slice(1).join(' ').slice(0, 160)} />
                    {process.earlier.length > 0 && (
                      <span class="muted">
                        {' '}
                        was {process.earlier.map(visibleText).join(', then ')}
                      </span>
                    )}
                  </span>
                </td>
                <td>{visibleText(process.user)}</td>
                <td>
                  {process.started_at !== undefined && <Time iso={process.started_at} />}
                  {process.role === 'alert' && <span class="hidden-text"> (this alert)</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {chain.more_children && <p class="muted">It started more than are shown.</p>}
    </section>
  )
}

/** Each ancestor one further in than the one before; what the alert started, one further than the alert. */
function depthsOf({ processes }: Chain): readonly number[] {
  const alertAt = processes.findIndex(({ role }) => role === 'alert')
  return processes.map(({ role }, at) => (role === 'child' ? alertAt + 1 : at))
}
