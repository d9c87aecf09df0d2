import { visibleText } from '#base'
import type { WireAlertContext } from '#api'
import { counted, MachineText, Time } from '../../parts/text.tsx'

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
              <th scope="col">How common</th>
            </tr>
          </thead>
          <tbody>
            {chain.unseen > 0 && (
              <tr>
                <td colSpan={4} class="muted">
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
                      <ProcessName process={process} />
                    </strong>{' '}
                    <span class="muted">{process.pid}</span>{' '}
                    <MachineText text={shortened(process.args.slice(1).join(' '))} />
                    {process.earlier.length > 0 && (
                      <span class="muted">
                        {' '}
                        was {process.earlier.map(visibleText).join(', then ')}
                      </span>
                    )}
                  </span>
                </td>
                <td>{visibleText(process.user)}</td>
                <td>{process.started_at !== undefined && <Time iso={process.started_at} />}</td>
                <td>
                  <Common process={process} />
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

/** A word for how often the program was started, with the count beside it. */
function Common({ process: { role, starts } }: { readonly process: Chain['processes'][number] }) {
  if (role === 'alert') return <span class="bad-text">alert</span>
  if (starts === undefined) return null
  const [word, tone] =
    starts <= 1
      ? ['first seen', 'bad-text']
      : starts <= 5
        ? ['rare', 'warn-text']
        : ['common', 'muted']
  return (
    <span class={tone} title={`${counted(starts, 'start')} in 30 days`}>
      {word}
    </span>
  )
}

const maxArguments = 100

/** The beginning, and that there is more. */
function shortened(text: string): string {
  return text.length > maxArguments ? `${text.slice(0, maxArguments)}…` : text
}

/** Each ancestor one further in than the one before; what the alert started, one further than the alert. */
function depthsOf({ processes }: Chain): readonly number[] {
  const alertAt = processes.findIndex(({ role }) => role === 'alert')
  return processes.map(({ role }, at) => (role === 'child' ? alertAt + 1 : at))
}

/** The name of a process; where its entity is known it leads to its tree. */
function ProcessName({ process }: { readonly process: Chain['processes'][number] }) {
  const name = visibleText(process.name || process.executable || 'unknown')
  if (process.entity_id === '') return <>{name}</>
  return <a href={`/processes/${encodeURIComponent(process.entity_id)}`}>{name}</a>
}
