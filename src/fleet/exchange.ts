import {
  anyObject,
  anyValue,
  described,
  integer,
  list,
  object,
  optional,
  string,
  type Infer,
} from '#base'
import { healthShape } from './health.ts'

const instant = string({ maxLength: 40 })
const pem = string({ minLength: 1, maxLength: 10_000 })
const id = string({ minLength: 1, maxLength: 100 })

/** A policy on its way to an agent; which policies there are is for the agent's own version to judge. */
const policyOnItsWay = object({
  id,
  version: integer({ minimum: 1 }),
  policy: described(anyValue(), 'see policyShape'),
})

/** Where agents speak with the server. */
export const doorPaths = {
  enrol: '/agent/enrol',
  checkIn: '/agent/check-in',
  certificate: '/agent/certificate',
  leave: '/agent/leave',
} as const

/** `enrol`: a host asks to be an agent's. The key is made on the host and never leaves it. */
export const enrolRequest = object({
  secret: string({ minLength: 1, maxLength: 200 }),
  public_key: pem,
  host: object({ id: string({ minLength: 1, maxLength: 256 }), name: string({ maxLength: 256 }) }),
  version: string({ maxLength: 64 }),
})

/** Its answer. */
export const enrolAnswer = object({ agent: id, certificate: pem, policy: policyOnItsWay })

/** `check-in`: the server answers at once where there is something to tell, else after `wait_ms`. */
export const checkInRequest = object({
  health: healthShape,
  policy: described(object({ id, version: integer({ minimum: 1 }) }), 'obeyed'),
  unknown_policy: optional(
    described(
      object({ id, version: integer({ minimum: 1 }), reason: string({ maxLength: 2_000 }) }),
      'was sent, and is not understood: the one before is still obeyed',
    ),
  ),
  wait_ms: integer({ minimum: 0, maximum: 60_000 }),
})

/** Its answer. */
export const checkInAnswer = object({
  now: described(instant, "by the server's clock"),
  policy: optional(described(policyOnItsWay, 'another one is to be obeyed')),
  /** Requests with events come at most so often, so that many agents leave each other room. */
  pace_ms: integer({ minimum: 0, maximum: 60_000 }),
  problems: described(
    list(string({ maxLength: 2_000 }), 100),
    'what the server sees of this agent',
  ),
})

/** `certificate`: a new one, for the same key or another. */
export const certificateRequest = object({ public_key: pem })
export const certificateAnswer = object({ certificate: pem })

/** `leave`: the agent is no more. */
export const leaveRequest = anyObject()

export type EnrolRequest = Infer<typeof enrolRequest>
export type EnrolAnswer = Infer<typeof enrolAnswer>
export type CheckInRequest = Infer<typeof checkInRequest>
export type CheckInAnswer = Infer<typeof checkInAnswer>
