import {
  integer,
  list,
  object,
  oneOf,
  string,
  type Infer,
  type Result,
  type SchemaProblem,
} from '#base'
import { collectableIds } from './collectable.ts'

/** What an agent must do. The member names are those of the wire and of what is stored. */
export const policyShape = object({
  name: string({ minLength: 1, maxLength: 100 }),
  description: string({ maxLength: 1_000 }),
  /** Which presets suit it: hosts with people on them, or hosts that run workloads. */
  environment: oneOf('traditional', 'cloud'),
  /** Ids of what is sent. */
  collects: list(oneOf(...collectableIds), collectableIds.length),
  /** Whose process events are sent: `interactive` those of sessions that began on a terminal. */
  sessions: oneOf('all', 'interactive'),
  /** How the sensor looks; `auto` is the best that works. */
  sensor: oneOf('auto', 'bpf', 'audit', 'proc'),
  /** How much may wait on the disk of the host while the server is away, MiB; beyond that the oldest goes. */
  spool_mib: integer({ minimum: 16, maximum: 1_048_576 }),
})

/** {@link policyShape} as a type. */
export type AgentPolicy = Infer<typeof policyShape>

/** A policy as a list of what it says; what is unknown to this version is a problem, and nothing is guessed. */
export function readPolicy(value: unknown): Result<AgentPolicy, readonly SchemaProblem[]> {
  return policyShape.read(value, '')
}

/** One state of a policy; versions count from 1 and are never changed. */
export interface PolicyVersion {
  readonly version: number
  readonly policy: AgentPolicy
  /** ISO 8601. */
  readonly at: string
  readonly by: string
}

/** One member that two policies say differently, as a person reads it. */
export interface PolicyChange {
  readonly member: keyof AgentPolicy
  readonly before: string
  readonly after: string
}

/** What differs, in the order of {@link policyShape}; lists are compared as sets. */
export function differencesOf(before: AgentPolicy, after: AgentPolicy): readonly PolicyChange[] {
  return members.flatMap((member) => {
    const [was, is] = [textOf(before, member), textOf(after, member)]
    return was === is ? [] : [{ member, before: was, after: is }]
  })
}

const members: readonly (keyof AgentPolicy)[] = [
  'name',
  'description',
  'environment',
  'collects',
  'sessions',
  'sensor',
  'spool_mib',
]

function textOf(policy: AgentPolicy, member: keyof AgentPolicy): string {
  if (member !== 'collects') return String(policy[member])
  return collectableIds.filter((id) => policy.collects.includes(id)).join(', ')
}
