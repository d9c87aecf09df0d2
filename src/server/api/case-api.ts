import type { AlertBody } from '#alert'
import type { Api, WireCase, WireNote } from '#api'
import { Fault } from '#base'
import { valuesOf } from '#event'
import {
  containerOf,
  guideAnswers,
  guideSteps,
  isQuestion,
  type AnsweredStep,
  type Evidence,
  type EvidencePiece,
  type GuideTick,
  type Note,
} from '#investigate'
import { alertOf } from './alerts-api.ts'
import { nobody, type ApiWorld } from './api-world.ts'

type CaseCalls = Pick<
  Api,
  | 'getAlertCase'
  | 'getAlertEvidence'
  | 'addAlertNote'
  | 'editAlertNote'
  | 'removeAlertNote'
  | 'restoreAlertNote'
  | 'tickGuideStep'
>

/** The part of the API that is about the work on an alert. */
export function caseApi(world: ApiWorld): CaseCalls {
  const { cases, clock, feed } = world
  const done = async (
    alertId: string,
    who: string,
    [kind, what]: readonly ['note' | 'guide', string],
  ): Promise<void> => {
    await cases.activity.record([{ alertId, atMs: clock.nowMs(), who, kind, what }])
    feed.publish({ what: 'changed', ids: [alertId] })
  }
  return {
    getAlertCase: async ({ id }, signal) => caseOf(world, await alertOf(world, id), signal),
    async getAlertEvidence({ id, part }) {
      const found = (await cases.evidence.of(id))?.parts.find(({ name }) => name === part)
      if (found !== undefined) return { ...wirePart(found), text: found.text }
      throw new Fault('not-found', 'evidence.not-found', `nothing was gathered for alert ${id}`)
    },
    async addAlertNote({ id, body: { text } }, _signal, by = nobody) {
      await alertOf(world, id)
      const note = await cases.notes.add(id, { text, by, atMs: clock.nowMs() })
      await done(id, by, ['note', 'wrote a note'])
      return wireNote(note)
    },
    async editAlertNote({ id, note_id: noteId, body: { text } }, _signal, by = nobody) {
      const note = await cases.notes.edit(noteId, { text, by, atMs: clock.nowMs() })
      await done(id, by, ['note', 'changed a note'])
      return wireNote(note)
    },
    async removeAlertNote({ id, note_id: noteId }, _signal, by = nobody) {
      await cases.notes.setDeleted(noteId, true, by)
      await done(id, by, ['note', 'deleted a note'])
      return { removed: true }
    },
    async restoreAlertNote({ id, note_id: noteId }, _signal, by = nobody) {
      const note = await cases.notes.setDeleted(noteId, false, by)
      await done(id, by, ['note', 'took the deletion of a note back'])
      return wireNote(note)
    },
    async tickGuideStep({ id, body: { step, state } }, _signal, by = nobody) {
      await alertOf(world, id)
      if (state === 'open') await cases.ticks.clear(id, step)
      else await cases.ticks.set(id, { step, state, by, atMs: clock.nowMs() })
      await done(id, by, ['guide', `${ticked[state]}: ${step.slice(0, 120)}`])
      return { state }
    },
  }
}

const ticked = {
  open: 'reopened a step',
  done: 'did a step',
  suspicious: 'found suspicious',
  'not-applicable': 'left out a step',
} as const

async function caseOf(
  { cases, events, fields, clock }: ApiWorld,
  { id, body }: { readonly id: string; readonly body: AlertBody },
  signal: AbortSignal | undefined,
): Promise<WireCase> {
  const context = { fields, nowMs: clock.nowMs() }
  const [note = ''] = valuesOf(body, 'kibana.alert.rule.note')
  const reading = { events, context, ...(signal !== undefined && { signal }) }
  const [notes, activity, ticks, evidence, answered] = await Promise.all([
    cases.notes.of(id),
    cases.activity.of(id),
    cases.ticks.of(id),
    cases.evidence.of(id),
    guideAnswers(guideSteps(String(note)), body, reading),
  ])
  const container = evidence ?? (await containerOf(body, { events, context }))
  return {
    notes: notes.map(wireNote),
    activity: activity.map(({ atMs, who, kind, what }) => ({ at: isoOf(atMs), who, kind, what })),
    guide: answered.map((step) => wireStep(step, ticks)),
    ...(container !== undefined && {
      container: {
        id: 'container_id' in container ? container.container_id : container.id,
        how: container.how,
        confidence: container.confidence,
      },
    }),
    ...(evidence !== undefined && { evidence: wireEvidence(evidence) }),
  }
}

function wireStep(
  { step, settled, answers }: AnsweredStep,
  ticks: readonly GuideTick[],
): WireCase['guide'][number] {
  const tick = ticks.find((each) => each.step === step.text)
  return {
    kind: step.kind,
    section: step.section,
    depth: step.depth,
    text: step.text,
    tickable: isQuestion(step),
    state: tick?.state ?? 'open',
    ...(tick !== undefined && { ticked_by: tick.by }),
    ...(step.foreign !== undefined && { foreign: step.foreign }),
    settled: settled.map(({ word, isThere }) => ({ word, there: isThere })),
    answers: answers.map(({ count, noun, kql, fromMs, toMs }) => ({
      count,
      noun,
      query: kql,
      from: isoOf(fromMs),
      to: isoOf(toMs),
    })),
  }
}

function wireEvidence({ at_ms: atMs, facts, parts }: Evidence): NonNullable<WireCase['evidence']> {
  return {
    at: isoOf(atMs),
    facts,
    parts: parts.map((part) => ({ ...wirePart(part), bytes: Buffer.byteLength(part.text) })),
  }
}

function wirePart({ name, at_ms: atMs, sha256, is_cut: cut, error }: EvidencePiece) {
  return { name, at: isoOf(atMs), sha256, cut, ...(error !== '' && { error }) }
}

function wireNote({ id, text, by, atMs, editedMs }: Note): WireNote {
  return {
    id,
    text,
    by,
    at: isoOf(atMs),
    ...(editedMs !== undefined && { edited_at: isoOf(editedMs) }),
  }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
