import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireCommand } from '#api'
import { saveText } from '../../actions/save-text.ts'
import { api } from '../../api.ts'
import { may } from '../../frame/session.ts'
import { MachineText, Problem, Time } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { isOver, type Commands } from './use-commands.ts'

/** What was given for the alert and what came of it, newest first; the output of the newest is open. */
export function CommandLog({ commands }: { readonly commands: Commands }) {
  const { given, problem, cancel, reload } = commands
  return (
    <section aria-labelledby="given" aria-live="polite">
      <h3 id="given" class={given.length === 0 ? 'hidden-text' : ''}>
        Given
      </h3>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      <ul class="responses">
        {given.map((command, at) => (
          <Given key={command.id} command={command} isNewest={at === 0} onCancel={cancel} />
        ))}
      </ul>
    </section>
  )
}

const tones: { readonly [state in WireCommand['state']]: string } = {
  queued: 'warn',
  delivered: 'warn',
  running: 'warn',
  done: '',
  failed: 'bad',
  timed_out: 'bad',
  expired: 'bad',
  cancelled: '',
}

function Given({
  command,
  isNewest,
  onCancel,
}: {
  readonly command: WireCommand
  readonly isNewest: boolean
  readonly onCancel: (id: string) => void
}) {
  const { id, title, target, state, summary, who, given_at: at, dry_run: isDryRun } = command
  const [isOpen, setOpen] = useState(isNewest)
  const hasOutput = command.output_sha256 !== undefined && may('respond')
  return (
    <li>
      <div class="line">
        <strong>{isDryRun ? `Tried out: ${title}` : title}</strong>
        <span class={`chip ${tones[state]}`}>{state.replace('_', ' ')}</span>
        <span class="muted">
          <Time iso={at} /> {visibleText(who)}, {visibleText(target)}
        </span>
        <span class="space" />
        {(state === 'queued' || state === 'delivered') && (
          <button type="button" onClick={() => onCancel(id)}>
            Cancel
          </button>
        )}
        {hasOutput && (
          <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            Output
          </button>
        )}
      </div>
      {isOver(state) && <MachineText text={summary} />}
      {hasOutput && isOpen && <Output id={id} />}
    </li>
  )
}

const shownCharacters = 20_000

function Output({ id }: { readonly id: string }) {
  const { value, problem, reload } = useLoaded(`output ${id}`, (signal) =>
    api.getCommand({ id }, signal),
  )
  if (problem !== undefined) return <Problem text={problem} onRetry={reload} />
  if (value === undefined) return <p class="muted">Reading…</p>
  return (
    <>
      {value.output.map(({ name, text, cut, encoding }) => (
        <div key={name} class="evidence">
          <pre class="m" tabIndex={0} aria-label={name}>
            {text === ''
              ? '(empty)'
              : text.slice(0, shownCharacters).split('\n').map(visibleText).join('\n')}
          </pre>
          <p class="muted line">
            {name}
            {encoding === 'base64' ? ', bytes as base64' : ''}
            {cut ? ', only the beginning is kept' : ''}
            {text.length > shownCharacters ? ', only the beginning is shown' : ''}
            <button type="button" onClick={() => saveText(`${name}-${id.slice(0, 8)}.txt`, text)}>
              Save {name}
            </button>
          </p>
        </div>
      ))}
    </>
  )
}
