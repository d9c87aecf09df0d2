import { caseShape, evidencePartShape, noteShape, tickState } from './case-shapes.ts'
import { route } from './route.ts'
import { boolean, described, object, oneOf, string } from '#base'

const id = string({ minLength: 1, maxLength: 512 })
const text = described(string({ minLength: 1, maxLength: 20_000 }), 'Markdown, shown as text')
const ofNote = { id, note_id: id }

/** What can be asked about the work on an alert. */
export const caseRoutes = {
  getAlertCase: route({
    method: 'GET',
    path: '/api/alerts/{id}/case',
    summary: 'Notes, activity, the guide with its answers, and what was gathered.',
    params: { id },
    answer: caseShape,
  }),
  getAlertEvidence: route({
    method: 'GET',
    path: '/api/alerts/{id}/evidence/{part}',
    summary: 'One part of what was gathered for an alert, as it came.',
    params: { id, part: oneOf('inspect', 'top', 'logs', 'changes', 'engine') },
    answer: evidencePartShape,
  }),
  addAlertNote: route({
    method: 'POST',
    path: '/api/alerts/{id}/notes',
    needs: 'triage',
    summary: 'Writes a note about an alert.',
    params: { id },
    body: object({ text }),
    answer: noteShape,
  }),
  editAlertNote: route({
    method: 'PUT',
    path: '/api/alerts/{id}/notes/{note_id}',
    needs: 'triage',
    summary: 'Changes a note; only who wrote it may.',
    params: ofNote,
    body: object({ text }),
    answer: noteShape,
  }),
  removeAlertNote: route({
    method: 'DELETE',
    path: '/api/alerts/{id}/notes/{note_id}',
    needs: 'triage',
    summary: 'Deletes a note; only who wrote it may.',
    params: ofNote,
    answer: object({ removed: boolean() }),
  }),
  restoreAlertNote: route({
    method: 'POST',
    path: '/api/alerts/{id}/notes/{note_id}/restore',
    needs: 'triage',
    summary: 'Takes the deletion of a note back.',
    params: ofNote,
    body: object({}),
    answer: noteShape,
  }),
  tickGuideStep: route({
    method: 'POST',
    path: '/api/alerts/{id}/guide',
    needs: 'triage',
    summary: 'Says what was found at a step of the guide; `open` takes it back.',
    params: { id },
    body: object({
      step: described(string({ minLength: 1, maxLength: 20_000 }), 'text of the step'),
      state: tickState,
    }),
    answer: object({ state: tickState }),
  }),
} as const
