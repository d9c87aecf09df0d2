import type { ExecutionKind } from '#alert'
import type { JsonValue } from '#base'
import type { InstalledRule } from '#rule'
import type { Collection, DocumentStore } from '#store'

/**
 * What reading a window goes by, kept so that reading it again after a break goes by the same although
 * some of its alerts are stored by then. A rule has room for one: a later window's note takes its place.
 */
export interface WindowNotes {
  /** The note of the window that is due then, if it is the last one kept and the rule is still the same. */
  of(dueMs: number): Promise<JsonValue | undefined>
  keep(dueMs: number, note: JsonValue): Promise<void>
}

/** A note as it is stored. */
export type WindowNote = {
  readonly revision: number
  readonly dueMs: number
  readonly note: JsonValue
}

/** The one collection that notes are kept in. */
export function windowNotesIn(documents: DocumentStore): Collection<WindowNote> {
  return documents.collection(windowNoteCollection)
}

const windowNoteCollection = { name: 'window_notes', keys: {} } as const

const kinds: readonly ExecutionKind[] = ['scheduled', 'manual']

/** The notes of a rule's executions of one kind. */
export function windowNotes(
  notes: Collection<WindowNote>,
  { uuid, revision }: Pick<InstalledRule, 'uuid' | 'revision'>,
  kind: ExecutionKind,
): WindowNotes {
  const id = idOf(uuid, kind)
  return {
    async of(dueMs) {
      const kept = (await notes.get(id))?.body
      return kept?.dueMs === dueMs && kept.revision === revision ? kept.note : undefined
    },
    async keep(dueMs, note) {
      await notes.put(id, { revision, dueMs, note })
    },
  }
}

/** Forgets what was kept of a rule that is gone. */
export async function forgetNotes(notes: Collection<WindowNote>, ruleUuid: string): Promise<void> {
  for (const kind of kinds) await notes.delete(idOf(ruleUuid, kind))
}

function idOf(ruleUuid: string, kind: ExecutionKind): string {
  return `${ruleUuid}:${kind}`
}
