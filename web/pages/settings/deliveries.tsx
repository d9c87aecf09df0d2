import { visibleText } from '#base'
import type { WireChannel, WireDelivery } from '#api'
import { api } from '../../api.ts'
import { tellDone } from '../../frame/toast.tsx'
import { counted, MachineText, Problem, Time } from '../../parts/text.tsx'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'

/** Messages that wait, and those that were given up; nothing where there are none. */
export function Deliveries({ channels }: { readonly channels: readonly WireChannel[] }) {
  const { value, problem, reload } = useLoaded('deliveries', (signal) =>
    api.listDeliveries({ limit: 50 }, signal),
  )
  if (problem !== undefined) return <Problem text={problem} onRetry={reload} />
  const tried = async (ask: () => Promise<unknown>): Promise<void> => {
    try {
      await ask()
    } catch (thrown) {
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
    reload()
  }
  const deliveries = value?.deliveries ?? []
  if (deliveries.length === 0) return null
  const nameOf = (id: string): string => channels.find((channel) => channel.id === id)?.name ?? id
  return (
    <>
      <h3>Not told yet</h3>
      <ul class="rows">
        {deliveries.map((delivery) => (
          <li key={delivery.id} class="line">
            <span class={`chip ${delivery.state === 'dead' ? 'bad' : 'warn'}`}>
              {delivery.state === 'dead' ? 'given up' : 'waits'}
            </span>
            <span>
              {visibleText(nameOf(delivery.channel))}: {counted(delivery.alerts, 'alert')},{' '}
              {visibleText(delivery.first)}
            </span>
            <When delivery={delivery} />
            <span class="space" />
            <button
              type="button"
              onClick={() => void tried(() => api.retryDelivery({ id: delivery.id, body: {} }))}
            >
              Try now
            </button>
            <button
              type="button"
              onClick={() => void tried(() => api.discardDelivery({ id: delivery.id }))}
            >
              Forget
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}

function When({ delivery: { state, due, problem } }: { readonly delivery: WireDelivery }) {
  return (
    <span class="muted">
      {state === 'waiting' && (
        <>
          due <Time iso={due} />{' '}
        </>
      )}
      <MachineText text={problem} />
    </span>
  )
}
