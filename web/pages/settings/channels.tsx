import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireChannel } from '#api'
import { api } from '../../api.ts'
import { tellDone } from '../../frame/toast.tsx'
import { Problem } from '../../parts/text.tsx'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'
import { ChannelForm } from './channel-form.tsx'
import { Deliveries } from './deliveries.tsx'

/** Who is told of alerts, and the messages that nobody took. */
export function Channels() {
  const { value, problem, reload } = useLoaded('channels', async (signal) => {
    const [{ channels }, { connectors }] = await Promise.all([
      api.listChannels({}, signal),
      api.listNotifyConnectors({}, signal),
    ])
    return { channels, connectors }
  })
  const [edited, setEdited] = useState<WireChannel | 'new'>()
  const titleOf = (id: string): string =>
    value?.connectors.find((connector) => connector.id === id)?.title ?? id
  const done = (): void => {
    setEdited(undefined)
    reload()
  }
  return (
    <section aria-labelledby="channels">
      <h2 id="channels">Who is told of alerts</h2>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      {value?.channels.length === 0 && <p class="muted">Nobody yet.</p>}
      <ul class="rows">
        {(value?.channels ?? []).map((channel) => (
          <li key={channel.id} class="line">
            <strong>{visibleText(channel.name)}</strong>
            <span class="chip">{visibleText(titleOf(channel.connector))}</span>
            {!channel.enabled && <span class="chip warn">off</span>}
            <span class="muted">{visibleText(inWords(channel))}</span>
            <span class="space" />
            <Buttons channel={channel} onEdit={() => setEdited(channel)} onDone={reload} />
          </li>
        ))}
      </ul>
      {value !== undefined && edited === undefined && (
        <button type="button" onClick={() => setEdited('new')}>
          Tell somebody…
        </button>
      )}
      {value !== undefined && edited !== undefined && (
        <ChannelForm
          key={edited === 'new' ? 'new' : edited.id}
          channel={edited === 'new' ? undefined : edited}
          connectors={value.connectors}
          onDone={done}
          onCancel={() => setEdited(undefined)}
        />
      )}
      <Deliveries channels={value?.channels ?? []} />
    </section>
  )
}

function inWords(channel: WireChannel): string {
  const { least_severity: least, rule_ids: rules, group_seconds: seconds, quiet } = channel
  return [
    least === 'low' ? 'all alerts' : `${least} and above`,
    ...(rules.length > 0 ? [`of ${rules.length} rules`] : []),
    ...(seconds > 0 ? [`grouped for ${seconds} s`] : []),
    ...(quiet !== undefined ? [`quiet ${quiet.from} to ${quiet.to} UTC`] : []),
  ].join(', ')
}

function Buttons({
  channel: { id, name },
  onEdit,
  onDone,
}: {
  readonly channel: WireChannel
  readonly onEdit: () => void
  readonly onDone: () => void
}) {
  const [isTesting, setTesting] = useState(false)
  const shown = visibleText(name)
  const test = async (): Promise<void> => {
    setTesting(true)
    try {
      const { sent, problem } = await api.testChannel({ id, body: {} })
      tellDone(
        sent ? `A test was sent to ${shown}.` : `Not sent to ${shown}: ${visibleText(problem)}`,
      )
    } catch (thrown) {
      tellDone(`Not sent to ${shown}: ${problemOf(thrown)}`)
    }
    setTesting(false)
  }
  const remove = async (): Promise<void> => {
    try {
      await api.removeChannel({ id })
    } catch (thrown) {
      tellDone(`Not removed: ${problemOf(thrown)}`)
    }
    onDone()
  }
  return (
    <>
      <button
        type="button"
        disabled={isTesting}
        aria-label={`Test ${shown}`}
        onClick={() => void test()}
      >
        Test
      </button>
      <button type="button" aria-label={`Change ${shown}`} onClick={onEdit}>
        Change
      </button>
      <button type="button" aria-label={`Remove ${shown}`} onClick={() => void remove()}>
        Remove
      </button>
    </>
  )
}
