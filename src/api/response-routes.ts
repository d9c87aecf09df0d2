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
import { route } from './route.ts'
import { instant } from './shapes.ts'

const id = string({ minLength: 1, maxLength: 200 })
const count = integer({ minimum: 0 })
const state = oneOf(
  'queued',
  'delivered',
  'running',
  'done',
  'failed',
  'timed_out',
  'expired',
  'cancelled',
)

/** A value that a person gives, as a form shows it. */
export const parameterShape = object({
  name: string(),
  kind: oneOf('text', 'number', 'choice', 'switch'),
  title: string(),
  help: optional(string()),
  required: boolean(),
  secret: described(boolean(), 'never given back'),
  long: described(boolean(), 'several lines are expected'),
  default: optional(described(string(), 'as text')),
  choices: optional(list(string())),
  least: optional(integer()),
  most: optional(integer()),
})

/** Something that can be done to a host, and whether it can be done there now. */
export const actionShape = object({
  id: string(),
  title: string(),
  on: oneOf('container', 'process', 'file', 'host'),
  changes_nothing: described(boolean(), 'it only looks'),
  needs: described(oneOf('respond', 'manage'), 'what whoever gives it must be allowed to do'),
  effect: string(),
  undo: described(string(), 'how it is taken back; empty: it cannot be'),
  parameters: list(parameterShape),
  obstacle: optional(described(string(), 'why it cannot be done there; absent: it can')),
})

/** One command and what became of it. */
export const commandShape = object({
  id: string(),
  action: string(),
  title: string(),
  parameters: anyObject(),
  target: string(),
  host: object({ id: string(), name: string() }),
  dry_run: boolean(),
  who: string(),
  why: string(),
  alert: optional(string()),
  state,
  given_at: instant,
  expires_at: instant,
  begun_at: optional(instant),
  ended_at: optional(instant),
  summary: described(string(), 'what came of it, or why nothing did'),
  output_sha256: optional(described(string(), 'of the output, hex')),
})

const outputPartShape = object({
  name: string(),
  text: string(),
  encoding: oneOf('text', 'base64'),
  cut: described(boolean(), 'there was more than is kept'),
})

/** {@link actionShape} as a type. */
export type WireAction = Infer<typeof actionShape>
/** {@link commandShape} as a type. */
export type WireCommand = Infer<typeof commandShape>
/** {@link parameterShape} as a type. */
export type WireParameter = Infer<typeof parameterShape>

/** What can be asked of hosts, and about what was asked. */
export const responseRoutes = {
  listActions: route({
    method: 'GET',
    path: '/api/response/actions',
    summary: 'What can be done to hosts, and which hosts obey.',
    query: { host: optional(described(id, 'default: the host of the server')) },
    answer: object({
      hosts: list(
        object({
          id: string(),
          name: string(),
          level: described(oneOf('look', 'act'), '`look`: nothing that changes it is obeyed'),
        }),
      ),
      actions: list(actionShape),
    }),
  }),
  giveCommand: route({
    method: 'POST',
    path: '/api/commands',
    needs: 'respond',
    summary: 'Gives a command to a host; some actions are for who manages.',
    body: object({
      action: id,
      host: optional(described(id, 'default: the host of the server')),
      parameters: optional(anyObject()),
      why: described(string({ minLength: 1, maxLength: 1_000 }), 'kept with it for good'),
      alert: optional(described(string({ maxLength: 512 }), 'the alert that it answers')),
      dry_run: optional(described(boolean(), 'only say what it would do')),
    }),
    answer: commandShape,
  }),
  listCommands: route({
    method: 'GET',
    path: '/api/commands',
    summary: 'Commands, newest first, without their output.',
    query: {
      host: optional(id),
      alert: optional(string({ minLength: 1, maxLength: 512 })),
      state: optional(list(state)),
      limit: optional(described(integer({ minimum: 1, maximum: 1_000 }), 'default 100')),
    },
    answer: object({ commands: list(commandShape) }),
  }),
  getCommand: route({
    method: 'GET',
    path: '/api/commands/{id}',
    needs: 'respond',
    summary: 'One command with its output, which may hold secrets of the host.',
    params: { id },
    answer: object({ command: commandShape, output: list(outputPartShape), bytes: count }),
  }),
  cancelCommand: route({
    method: 'POST',
    path: '/api/commands/{id}/cancel',
    needs: 'respond',
    summary: 'Takes a command back that does not run yet.',
    params: { id },
    body: object({}),
    answer: commandShape,
  }),
} as const
