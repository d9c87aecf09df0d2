import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireAction } from '#api'
import type { Response } from './responses.ts'
import { isSame, type Commands } from './use-commands.ts'

/** One thing that can be done: given where the host obeys, copied where it does not. */
export function ResponseCard({
  response,
  action,
  commands,
  isObeyed,
}: {
  readonly response: Response
  readonly action: WireAction
  readonly commands: Commands
  readonly isObeyed: boolean
}) {
  const title = response.of === '' ? action.title : `${action.title}: ${response.of}`
  const mayGive = isObeyed && action.obstacle === undefined
  if (!mayGive && response.command === '') return null
  const isArmed = isSame(commands.armed, response)
  return (
    <li>
      <div class="line">
        <strong>{title}</strong>
        <Undo action={action} />
        <span class="space" />
        {mayGive ? (
          <button
            type="button"
            class={isArmed ? 'primary' : ''}
            aria-label={isArmed ? `Press again: ${title}` : `Do: ${title}`}
            onClick={() => commands.press(response, action)}
          >
            {isArmed ? 'Press again' : action.changes_nothing ? 'Look' : 'Do it'}{' '}
            {response.key !== '' && <kbd aria-hidden="true">{response.key}</kbd>}
          </button>
        ) : (
          <Copy title={title} command={response.command} />
        )}
      </div>
      {!mayGive && <code>{visibleText(response.command)}</code>}
      <span class="muted">
        {action.effect}
        {action.undo !== '' && ` Taken back by ${action.undo.replaceAll('`', '')}.`}
      </span>
      {isObeyed && action.obstacle !== undefined && (
        <span class="muted"> Not from here: {visibleText(action.obstacle)}.</span>
      )}
    </li>
  )
}

function Undo({ action: { changes_nothing: isLooking, undo } }: { readonly action: WireAction }) {
  if (isLooking) return <span class="chip">changes nothing</span>
  return (
    <span class={`chip ${undo === '' ? 'bad' : ''}`}>
      {undo === '' ? 'cannot be taken back' : 'can be taken back'}
    </span>
  )
}

function Copy({ title, command }: { readonly title: string; readonly command: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(command)
    setCopied(true)
  }
  return (
    <button type="button" onClick={() => void copy()} aria-label={`Copy: ${title}`}>
      {isCopied ? 'Copied' : 'Copy'}
    </button>
  )
}
