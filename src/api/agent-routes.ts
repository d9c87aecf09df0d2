import {
  anyValue,
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
import { collectableIds, healthShape, policyShape } from '#fleet'
import { route } from './route.ts'
import { instant } from './shapes.ts'

const id = string({ minLength: 1, maxLength: 100 })
const version = integer({ minimum: 1 })

/** An agent as the server sees it. */
export const agentShape = object({
  id,
  name: string(),
  host_id: string(),
  state: described(
    oneOf('running', 'silent', 'revoked', 'never seen'),
    'silent: it has not checked in for two minutes',
  ),
  policy: object({ id, name: string(), version }),
  obeys: optional(described(object({ id, version }), 'by its own account')),
  enrolled_at: instant,
  seen_at: optional(instant),
  revoked_at: optional(instant),
  clock_ahead_ms: optional(described(number(), "of the server's")),
  health: optional(healthShape),
  problems: described(list(string()), 'what a person should look at, with what to do'),
})

/** One state of a policy. */
export const policyVersionShape = object({
  version,
  at: instant,
  by: string(),
  policy: described(anyValue(), 'as it was saved'),
  changes: described(
    list(object({ member: string(), before: string(), after: string() })),
    'against the version before',
  ),
})

/** A policy as it is in force. */
export const policySummary = object({
  id,
  version,
  policy: policyShape,
  preset: optional(described(string(), 'that it follows; absent: made by hand')),
  agents: described(integer(), 'how many are to obey it'),
  obeyed: described(integer(), 'how many say that they obey this version'),
  changed_at: instant,
  changed_by: string(),
})

const tokenShape = object({
  id,
  policy: id,
  expires_at: instant,
  uses_left: integer(),
  by: string(),
})

/** What can be asked about agents and what they must do. */
export const agentRoutes = {
  listAgents: route({
    method: 'GET',
    path: '/api/agents',
    summary: 'The agents, by name, with how they are; and where they call.',
    answer: object({
      agents: list(agentShape),
      door: optional(
        described(string(), 'where agents call; absent: the door for agents is closed'),
      ),
    }),
  }),
  getAgent: route({
    method: 'GET',
    path: '/api/agents/{id}',
    summary: 'One agent.',
    params: { id },
    answer: agentShape,
  }),
  moveAgent: route({
    method: 'PUT',
    path: '/api/agents/{id}/policy',
    summary: 'Has an agent obey another policy, within seconds where it runs.',
    params: { id },
    body: object({ policy: id }),
    answer: agentShape,
  }),
  revokeAgent: route({
    method: 'POST',
    path: '/api/agents/{id}/revoke',
    summary: 'Lets an agent speak no more; it stays in the list.',
    params: { id },
    body: object({}),
    answer: agentShape,
  }),
  removeAgent: route({
    method: 'DELETE',
    path: '/api/agents/{id}',
    summary: 'Takes an agent off the list; what it sent stays.',
    params: { id },
    answer: object({ removed: boolean() }),
  }),
  createEnrolmentToken: route({
    method: 'POST',
    path: '/api/agents/tokens',
    summary: 'Makes the line by which hosts become agents.',
    body: object({
      policy: optional(described(id, 'default: default')),
      minutes: optional(
        described(integer({ minimum: 1, maximum: 43_200 }), 'how long it opens; default 60'),
      ),
      uses: optional(described(integer({ minimum: 1, maximum: 10_000 }), 'hosts; default 1')),
    }),
    answer: object({
      id,
      line: described(string(), 'shown once: paste it behind `vedette agent enroll`'),
      policy: id,
      expires_at: instant,
      uses: integer(),
    }),
  }),
  listEnrolmentTokens: route({
    method: 'GET',
    path: '/api/agents/tokens',
    needs: 'manage',
    summary: 'Tokens that still enrol hosts; their lines are not shown again.',
    answer: object({ tokens: list(tokenShape) }),
  }),
  revokeEnrolmentToken: route({
    method: 'DELETE',
    path: '/api/agents/tokens/{id}',
    summary: 'Has a token enrol nobody any more.',
    params: { id },
    answer: object({ revoked: boolean() }),
  }),
  listPresets: route({
    method: 'GET',
    path: '/api/agent-policies/presets',
    summary: 'What a policy can have collected, and presets to begin with.',
    answer: object({
      collectables: list(object({ id: oneOf(...collectableIds), title: string(), says: string() })),
      presets: list(
        object({
          id,
          title: string(),
          says: string(),
          policy: policyShape,
        }),
      ),
    }),
  }),
  listPolicies: route({
    method: 'GET',
    path: '/api/agent-policies',
    summary: 'Agent policies, by name.',
    answer: object({ policies: list(policySummary) }),
  }),
  getPolicy: route({
    method: 'GET',
    path: '/api/agent-policies/{id}',
    summary: 'One policy with its versions, newest first.',
    params: { id },
    answer: object({ policy: policySummary, versions: list(policyVersionShape) }),
  }),
  createPolicy: route({
    method: 'POST',
    path: '/api/agent-policies',
    summary: 'Makes a policy.',
    body: policyShape,
    answer: policySummary,
  }),
  changePolicy: route({
    method: 'PUT',
    path: '/api/agent-policies/{id}',
    summary: 'Makes a new version of a policy; its agents obey it within seconds.',
    params: { id },
    body: object({
      policy: policyShape,
      if_version: described(version, 'the version that was read; a later one is a conflict'),
    }),
    answer: policySummary,
  }),
  rollBackPolicy: route({
    method: 'POST',
    path: '/api/agent-policies/{id}/roll-back',
    summary: 'Makes a new version that says what an earlier one said.',
    params: { id },
    body: object({ to: version }),
    answer: policySummary,
  }),
  removePolicy: route({
    method: 'DELETE',
    path: '/api/agent-policies/{id}',
    summary: 'Removes a policy that no agent is to obey.',
    params: { id },
    answer: object({ removed: boolean() }),
  }),
} as const

/** {@link agentShape} as a type. */
export type WireAgent = Infer<typeof agentShape>
/** {@link policySummary} as a type. */
export type WirePolicy = Infer<typeof policySummary>
/** {@link policyVersionShape} as a type. */
export type WirePolicyVersion = Infer<typeof policyVersionShape>
