import type { DocumentStore } from '#store'
import { activityBook, type ActivityBook } from './activity.ts'
import { evidenceShelf, type EvidenceShelf } from './evidence-shelf.ts'
import { tickBook, type TickBook } from './guide-ticks.ts'
import { noteBook, type NoteBook } from './notes.ts'

/** What is kept about alerts beside the alerts: what people did and wrote, and what was gathered. */
export interface CaseBook {
  readonly activity: ActivityBook
  readonly notes: NoteBook
  readonly ticks: TickBook
  readonly evidence: EvidenceShelf
}

/** The {@link CaseBook} of a store; `newId` gives an id that was never given before. */
export function caseBook(documents: DocumentStore, newId: () => string): CaseBook {
  return {
    activity: activityBook(documents, newId),
    notes: noteBook(documents, newId),
    ticks: tickBook(documents),
    evidence: evidenceShelf(documents),
  }
}
