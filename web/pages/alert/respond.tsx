import { useState } from 'preact/hooks'
import { visibleText, type JsonObject } from '#base'
import { Dialog } from '../../parts/dialog.tsx'
import { valueOf } from './fields-of.ts'
import { responsesTo } from './responses.ts'

/** Commands to give on the host, with the ids of this very alert. Nothing is run from here: they are there to be copied. */
export function Respond({
  document,
  containerId,
  isOpen,
  onClose,
}: {
  readonly document: JsonObject
  readonly containerId: string | undefined
  readonly isOpen: boolean
  readonly onClose: () => void
}) {
  const responses = responsesTo(document, containerId)
  const host = valueOf(document, 'host.name')
  return (
    <Dialog title="Respond" isOpen={isOpen} onClose={onClose}>
      <p class="muted">
        To be given {host === '' ? 'on the host' : `on ${visibleText(host)}`}, as root. Vedette does
        not run them.
      </p>
      {responses.length === 0 && (
        <p>The alert names no process and no container: there is nothing to give an id to.</p>
      )}
      <ul class="responses">
        {responses.map((response) => (
          <Card key={response.command} {...response} />
        ))}
      </ul>
    </Dialog>
  )
}

function Card({ title, command, effect, undo }: ReturnType<typeof responsesTo>[number]) {
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(command)
    setCopied(true)
  }
  return (
    <li>
      <div class="line">
        <strong>{title}</strong>
        <span class={`chip ${undo === '' ? 'bad' : ''}`}>
          {undo === '' ? 'cannot be taken back' : undo}
        </span>
        <span class="space" />
        <button type="button" onClick={() => void copy()} aria-label={`Copy: ${title}`}>
          {isCopied ? 'Copied' : 'Copy'}
        </button>
      </div>
      <code>{visibleText(command)}</code>
      <span class="muted">{effect}</span>
    </li>
  )
}
