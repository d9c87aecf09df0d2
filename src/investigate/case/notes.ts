import { Fault } from '#base'
import type { CollectionSpec, DocumentStore } from '#store'
import { latestOf } from './latest-of.ts'

/** What a person wrote about an alert. */
export interface Note {
  readonly id: string
  readonly alertId: string
  readonly text: string
  readonly by: string
  readonly atMs: number
  /** Epoch milliseconds of the last change; undefined: as it was written first. */
  readonly editedMs: number | undefined
}

/** The notes of alerts. Only who wrote a note changes it; deleting can be taken back. */
export interface NoteBook {
  /** Newest first, without deleted ones; the newest two hundred. */
  of(alertId: string): Promise<readonly Note[]>
  add(alertId: string, said: Said): Promise<Note>
  /** Faults: `not-found`, `forbidden` for a note of somebody else. */
  edit(id: string, said: Said): Promise<Note>
  /** Deletes a note, or takes that back. Faults: as {@link edit}. */
  setDeleted(id: string, isDeleted: boolean, by: string): Promise<Note>
}

interface Said {
  readonly text: string
  readonly by: string
  readonly atMs: number
}

/** As kept. A type and not an interface: what is stored is a JSON object. */
type KeptNote = {
  readonly alert_id: string
  readonly text: string
  readonly by: string
  readonly at_ms: number
  readonly edited_ms: number | null
  readonly deleted: boolean
}

const noteCollection: CollectionSpec<KeptNote> = {
  name: 'alert_notes',
  keys: { alert_id: ({ alert_id: id }) => id, at_ms: ({ at_ms: atMs }) => atMs },
}

/** A {@link NoteBook} in a store; `newId` gives an id that was never given before. */
export function noteBook(documents: DocumentStore, newId: () => string): NoteBook {
  const kept = documents.collection(noteCollection)
  const change = async (
    id: string,
    by: string,
    to: (note: KeptNote) => KeptNote,
  ): Promise<Note> => {
    const found = await kept.get(id)
    if (found === undefined) {
      throw new Fault('not-found', 'note.not-found', `there is no note ${id}`)
    }
    if (found.body.by !== by) {
      const message = `the note was written by ${found.body.by}: only they change it`
      throw new Fault('forbidden', 'note.of-somebody-else', message)
    }
    const written = await kept.update(id, to)
    return noteOf(id, written?.body ?? found.body)
  }
  return {
    of: async (alertId) =>
      (await latestOf(kept, alertId)).flatMap(({ id, body }) =>
        body.deleted ? [] : [noteOf(id, body)],
      ),
    async add(alertId, { text, by, atMs }) {
      const id = newId()
      const body = { alert_id: alertId, text, by, at_ms: atMs, edited_ms: null, deleted: false }
      await kept.put(id, body)
      return noteOf(id, body)
    },
    edit: (id, { text, by, atMs }) =>
      change(id, by, (note) => ({ ...note, text, edited_ms: atMs })),
    setDeleted: (id, isDeleted, by) => change(id, by, (note) => ({ ...note, deleted: isDeleted })),
  }
}

function noteOf(id: string, body: KeptNote): Note {
  return {
    id,
    alertId: body.alert_id,
    text: body.text,
    by: body.by,
    atMs: body.at_ms,
    editedMs: body.edited_ms ?? undefined,
  }
}
