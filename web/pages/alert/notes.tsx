import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireNote } from '#api'
import { api } from '../../api.ts'
import { may, me } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { MachineText, Time } from '../../parts/text.tsx'
import { problemOf } from '../../parts/use-loaded.ts'

/** What people wrote about the alert, and a place to write; own notes can be changed and deleted. */
export function Notes({
  id,
  notes,
  focusTurn,
  onChanged,
}: {
  readonly id: string
  readonly notes: readonly WireNote[]
  /** Whenever it changes, the place to write gets the focus. */
  readonly focusTurn: number
  readonly onChanged: () => void
}) {
  const [text, setText] = useState('')
  const box = useRef<HTMLTextAreaElement>(null)
  // Before anything is drawn: what is typed at once after the key is text, and no key.
  useLayoutEffect(() => {
    if (focusTurn > 0) box.current?.focus()
  }, [focusTurn])
  const add = async (): Promise<void> => {
    if (text.trim() === '') return
    if (await done(() => api.addAlertNote({ id, body: { text } }))) {
      setText('')
      onChanged()
    }
  }
  return (
    <section aria-labelledby="notes">
      <h2 id="notes" class="line">
        Notes <span class="space" />
        {may('triage') && <kbd aria-hidden="true">n</kbd>}
      </h2>
      {may('triage') && (
        <form
          class="note-form"
          onSubmit={(event) => {
            event.preventDefault()
            void add()
          }}
        >
          <textarea
            ref={box}
            rows={2}
            aria-label="A new note"
            maxLength={20_000}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && event.ctrlKey) void add()
              if (event.key === 'Escape') event.currentTarget.blur()
            }}
          />
          {text.trim() !== '' && (
            <button type="submit" class="primary" aria-keyshortcuts="Control+Enter">
              Add note <kbd aria-hidden="true">Ctrl ↵</kbd>
            </button>
          )}
        </form>
      )}
      {notes.map((note) => (
        <OneNote key={note.id} id={id} note={note} onChanged={onChanged} />
      ))}
      {notes.length === 0 && !may('triage') && <p class="muted">Nobody wrote one.</p>}
    </section>
  )
}

function OneNote({
  id,
  note,
  onChanged,
}: {
  readonly id: string
  readonly note: WireNote
  readonly onChanged: () => void
}) {
  const [edited, setEdited] = useState<string>()
  const isOwn = may('triage') && note.by === me.value?.name
  const save = async (): Promise<void> => {
    if (edited === undefined || edited.trim() === '') return
    const ask = () => api.editAlertNote({ id, note_id: note.id, body: { text: edited } })
    if (await done(ask)) {
      setEdited(undefined)
      onChanged()
    }
  }
  const remove = async (): Promise<void> => {
    if (!(await done(() => api.removeAlertNote({ id, note_id: note.id })))) return
    onChanged()
    tellDone('Note deleted.', async () => {
      await api.restoreAlertNote({ id, note_id: note.id, body: {} })
      onChanged()
    })
  }
  return (
    <article class="note">
      <header class="line muted">
        <span>{visibleText(note.by)}</span> <Time iso={note.at} />
        {note.edited_at !== undefined && <span>changed</span>}
        <span class="space" />
        {isOwn && edited === undefined && (
          <>
            <button type="button" onClick={() => setEdited(note.text)}>
              Edit
            </button>
            <button type="button" onClick={() => void remove()}>
              Delete
            </button>
          </>
        )}
      </header>
      {edited === undefined ? (
        <p class="note-text">
          <MachineText text={note.text} lines />
        </p>
      ) : (
        <form
          class="note-form"
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <textarea
            rows={3}
            aria-label="The note"
            maxLength={20_000}
            value={edited}
            onInput={(event) => setEdited(event.currentTarget.value)}
          />
          <div class="line">
            <button type="submit" class="primary">
              Save
            </button>
            <button type="button" onClick={() => setEdited(undefined)}>
              Leave as it was
            </button>
          </div>
        </form>
      )}
    </article>
  )
}

async function done(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask()
    return true
  } catch (thrown) {
    tellDone(`Not done: ${problemOf(thrown)}`)
    return false
  }
}
