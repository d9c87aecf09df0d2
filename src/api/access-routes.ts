import { route } from './route.ts'
import {
  boolean,
  described,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  string,
  type Infer,
} from '#base'
import { instant, role } from './shapes.ts'

const name = string({ minLength: 1, maxLength: 100 })

const personShape = object({
  name,
  role,
  created_at: instant,
  locked_until: optional(described(instant, 'after too many wrong passphrases')),
})

const stageShape = object({
  name: oneOf('process started', 'event received', 'alert created', 'alert seen here'),
  ms: described(integer({ minimum: 0 }), 'after the start of the test'),
})

/** How the self-test of this host stands. */
export const selfTestShape = object({
  state: oneOf('never', 'running', 'done', 'failed'),
  stages: described(list(stageShape), 'reached so far'),
  alert: optional(described(string(), 'id of the alert that it raised')),
  reason: optional(described(string(), 'why it failed')),
})

/** What can be asked about people, sessions, and how the server is set up. */
export const accessRoutes = {
  listPeople: route({
    method: 'GET',
    path: '/api/people',
    needs: 'manage',
    summary: 'Who signs in by name and passphrase.',
    answer: object({ people: list(personShape) }),
  }),
  putPerson: route({
    method: 'PUT',
    path: '/api/people/{name}',
    summary: 'Adds somebody, or gives them another role and passphrase.',
    params: { name },
    body: object({ role, passphrase: string({ minLength: 1, maxLength: 1_000 }) }),
    answer: personShape,
  }),
  removePerson: route({
    method: 'DELETE',
    path: '/api/people/{name}',
    summary: 'Lets somebody in no longer; their sessions end.',
    params: { name },
    answer: object({ removed: boolean() }),
  }),
  listSessions: route({
    method: 'GET',
    path: '/api/sessions',
    needs: 'manage',
    summary: 'Signed-in browsers, the last seen first.',
    answer: object({
      sessions: list(
        object({ id: string(), name: string(), role, begun_at: instant, seen_at: instant }),
      ),
    }),
  }),
  endSession: route({
    method: 'DELETE',
    path: '/api/sessions/{id}',
    summary: 'Signs a browser out.',
    params: { id: string({ minLength: 1, maxLength: 100 }) },
    answer: object({ ended: boolean() }),
  }),
  getSettings: route({
    method: 'GET',
    path: '/api/settings',
    summary: 'How the server was started, as far as a person asks.',
    answer: object({
      keep_days: described(number(), 'events older than this go'),
      keep_gib: described(number(), 'the oldest events go beyond this'),
      sensor_mode: described(string(), 'asked for: auto, bpf, audit, proc or off'),
      demo: described(boolean(), 'what is shown is a sample'),
    }),
  }),
  startSelfTest: route({
    method: 'POST',
    path: '/api/selftest',
    summary:
      'Runs a harmless pair of programs on the host of the server, which raises a real alert.',
    body: object({}),
    answer: selfTestShape,
  }),
  getSelfTest: route({
    method: 'GET',
    path: '/api/selftest',
    summary: 'How the self-test stands.',
    answer: selfTestShape,
  }),
} as const

/** {@link selfTestShape} as a type. */
export type WireSelfTest = Infer<typeof selfTestShape>
