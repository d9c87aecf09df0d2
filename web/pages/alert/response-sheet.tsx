import { useEffect, useRef, useState } from 'preact/hooks'
import { visibleText, type JsonObject } from '#base'
import type { WireAction } from '#api'
import { api } from '../../api.ts'
import { keysOn } from '../../frame/keys.tsx'
import { may } from '../../frame/session.ts'
import { Problem } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { CommandLog } from './command-log.tsx'
import { valueOf } from './fields-of.ts'
import { ResponseCard } from './response-card.tsx'
import { responsesTo, type Response } from './responses.ts'
import { useCommands, type Commands } from './use-commands.ts'

/** What the sheet is about. */
export interface ResponseSheetProps {
  readonly alertId: string
  readonly document: JsonObject
  readonly containerId: string | undefined
}

/** What can be done about an alert: given to the host by a key or a button where it obeys, copied where it does not. */
export function ResponseSheet({ alertId, document, containerId }: ResponseSheetProps) {
  const hostId = valueOf(document, 'host.id')
  const asked = useLoaded(`actions ${hostId}`, (signal) =>
    api.listActions(hostId === '' ? {} : { host: hostId }, signal),
  )
  const rule = valueOf(document, 'kibana.alert.rule.name')
  const [why, setWhy] = useState(`answers the alert of ${rule}`.slice(0, 300))
  const commands = useCommands(alertId, { hostId, why })
  const cards = cardsOf(responsesTo(document, containerId), asked.value?.actions ?? [])
  const isObeyed = asked.value?.hosts.some(({ id }) => id === hostId) === true && may('respond')
  useResponseKeys(isObeyed ? cards : [], commands)
  if (asked.problem !== undefined) return <Problem text={asked.problem} onRetry={asked.reload} />
  if (asked.value === undefined) return <p class="muted">Reading what can be done…</p>
  const name = visibleText(valueOf(document, 'host.name') || 'the host')
  return (
    <div class="respond">
      <p class="muted">
        {isObeyed
          ? `Given to ${name}. What changes something needs its key or button twice.`
          : `${name} ${reasonOf(asked.value.hosts.length)}: the commands are there to be copied, and given as root.`}
      </p>
      {isObeyed && (
        <label>
          Why{' '}
          <input
            type="text"
            maxLength={1_000}
            value={why}
            onInput={(event) => setWhy(event.currentTarget.value)}
          />
        </label>
      )}
      <CommandLog commands={commands} />
      {cards.length === 0 && (
        <p>The alert names no process and no container: there is nothing to give an id to.</p>
      )}
      <ul class="responses">
        {cards.map(({ response, action }) => (
          <ResponseCard
            key={`${response.action} ${response.of}`}
            response={response}
            action={action}
            commands={commands}
            isObeyed={isObeyed}
          />
        ))}
      </ul>
    </div>
  )
}

function reasonOf(hosts: number): string {
  if (!may('respond')) return 'takes no commands from your role'
  return hosts === 0 ? 'obeys no commands (serve --respond)' : 'is no host that obeys'
}

interface Card {
  readonly response: Response
  readonly action: WireAction
}

function cardsOf(responses: readonly Response[], actions: readonly WireAction[]): readonly Card[] {
  return responses.flatMap((response) => {
    const action = actions.find(({ id }) => id === response.action)
    return action === undefined ? [] : [{ response, action }]
  })
}

/** The keys of the cards; the sheet is a dialog, in which no others are valid. */
function useResponseKeys(cards: readonly Card[], commands: Commands): void {
  const latest = useRef({ cards, commands })
  latest.current = { cards, commands }
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!keysOn.value || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
      if (event.target instanceof HTMLInputElement) return
      const card = latest.current.cards.find(
        ({ response, action }) => response.key === event.key && action.obstacle === undefined,
      )
      if (card === undefined) return
      event.preventDefault()
      latest.current.commands.press(card.response, card.action)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
}
