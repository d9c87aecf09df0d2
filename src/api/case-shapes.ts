import {
  anyObject,
  boolean,
  described,
  integer,
  list,
  object,
  oneOf,
  optional,
  string,
  type Infer,
} from '#base'
import { instant } from './shapes.ts'

const count = integer({ minimum: 0 })

/** What a person found at a step of a guide; `open`: nobody looked yet. */
export const tickState = oneOf('open', 'done', 'suspicious', 'not-applicable')

/** A note about an alert. */
export const noteShape = object({
  id: string(),
  text: string(),
  by: string(),
  at: instant,
  edited_at: optional(instant),
})

const guideStepShape = object({
  kind: oneOf('heading', 'step', 'text', 'code'),
  section: described(oneOf('look', 'harmless', 'respond'), 'part of the guide'),
  depth: count,
  text: string(),
  tickable: boolean(),
  state: tickState,
  ticked_by: optional(string()),
  foreign: optional(
    described(
      object({ kind: oneOf('osquery', 'investigate'), query: string() }),
      'a question for a program that is not part of this one',
    ),
  ),
  settled: described(
    list(object({ word: string(), there: boolean() })),
    'flags that the step names, and whether the command has them',
  ),
  answers: list(
    object({
      count,
      noun: string(),
      query: described(string(), 'KQL'),
      from: instant,
      to: instant,
    }),
  ),
})

const evidencePart = {
  name: string(),
  at: instant,
  sha256: described(string(), 'of the text, hex'),
  cut: described(boolean(), 'there was more than is kept'),
  error: optional(described(string(), 'why there is none')),
}

/** One part of what was gathered. */
export const evidencePartShape = object({ ...evidencePart, text: string() })

/** What is kept about an alert beside it. */
export const caseShape = object({
  notes: described(list(noteShape), 'newest first'),
  activity: described(
    list(
      object({
        at: instant,
        who: string(),
        kind: oneOf('status', 'note', 'guide', 'exception', 'evidence', 'response'),
        what: string(),
      }),
    ),
    'newest first',
  ),
  guide: list(guideStepShape),
  container: optional(
    described(
      object({
        id: string(),
        how: described(string(), 'how it was found'),
        confidence: oneOf('certain', 'likely'),
      }),
      'the container that the alert is about',
    ),
  ),
  evidence: optional(
    described(
      object({
        at: instant,
        facts: described(anyObject(), 'what a person wants to know first'),
        parts: list(object({ ...evidencePart, bytes: count })),
      }),
      'what the engine of this host said of it when the alert was made',
    ),
  ),
})

/** {@link caseShape} as a type. */
export type WireCase = Infer<typeof caseShape>
/** {@link noteShape} as a type. */
export type WireNote = Infer<typeof noteShape>
