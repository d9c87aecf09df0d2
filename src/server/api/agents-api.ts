import type { Api, WireAgent } from '#api'
import { Fault } from '#base'
import { enrolmentLine } from '#fleet'
import { aliveMs, type KnownAgent } from '../agents/agent-book.ts'
import { defaultPolicyId, latestOf } from '../agents/policy-book.ts'
import { nobody, type ApiWorld } from './api-world.ts'

type AgentCalls =
  | 'listAgents'
  | 'getAgent'
  | 'moveAgent'
  | 'revokeAgent'
  | 'removeAgent'
  | 'createEnrolmentToken'
  | 'listEnrolmentTokens'
  | 'revokeEnrolmentToken'

/** The part of the API that is about agents and how hosts become theirs. */
export function agentsApi({
  fleet: { agents, policies, tokens, door },
  clock,
}: ApiWorld): Pick<Api, AgentCalls> {
  const wire = (agent: KnownAgent): WireAgent => {
    const kept =
      policies.list().find(({ id }) => id === agent.policy) ?? policies.get(defaultPolicyId)
    const { version, policy } = latestOf(kept)
    return wireAgent(agent, {
      policy: { id: kept.id, name: policy.name, version },
      problems: [...(agent.health?.problems ?? []), ...agents.problemsOf(agent.id)],
      nowMs: clock.nowMs(),
    })
  }
  return {
    async listAgents() {
      const open = door()
      return { agents: agents.list().map(wire), ...(open !== undefined && { door: open.url }) }
    },
    getAgent: async ({ id }) => wire(agents.get(id)),
    async moveAgent({ id, body }) {
      policies.get(body.policy)
      return wire(await agents.move(id, body.policy))
    },
    revokeAgent: async ({ id }) => wire(await agents.revoke(id)),
    removeAgent: async ({ id }) => ({ removed: await agents.remove(id) }),
    async createEnrolmentToken({ body }, _signal, by = nobody) {
      const { policy = defaultPolicyId, minutes = 60, uses = 1 } = body
      const open = door()
      if (open === undefined) {
        throw new Fault(
          'unavailable',
          'agents.door-closed',
          'the door for agents is closed: start the server with --agent-host ADDRESS, an address that the hosts reach',
        )
      }
      policies.get(policy)
      const expiresMs = clock.nowMs() + minutes * 60_000
      const { token, secret } = await tokens.create({ policy, expiresMs, usesLeft: uses, by })
      const line = enrolmentLine({ ...open, secret })
      return { id: token.id, line, policy, expires_at: isoOf(expiresMs), uses }
    },
    listEnrolmentTokens: async () => ({
      tokens: tokens.list().map(({ id, policy, expiresMs, usesLeft, by }) => ({
        id,
        policy,
        expires_at: isoOf(expiresMs),
        uses_left: usesLeft,
        by,
      })),
    }),
    revokeEnrolmentToken: async ({ id }) => ({ revoked: await tokens.revoke(id) }),
  }
}

function wireAgent(
  agent: KnownAgent,
  {
    policy,
    problems,
    nowMs,
  }: {
    readonly policy: WireAgent['policy']
    readonly problems: readonly string[]
    readonly nowMs: number
  },
): WireAgent {
  const { seenMs, obeys, health, revokedAt, clockAheadMs } = agent
  return {
    id: agent.id,
    name: agent.name,
    host_id: agent.hostId,
    state: stateOf(agent, nowMs),
    policy,
    enrolled_at: agent.enrolledAt,
    problems: [...new Set(problems)],
    ...(obeys !== undefined && { obeys }),
    ...(seenMs !== undefined && { seen_at: isoOf(seenMs) }),
    ...(revokedAt !== undefined && { revoked_at: revokedAt }),
    ...(clockAheadMs !== undefined && { clock_ahead_ms: clockAheadMs }),
    ...(health !== undefined && { health }),
  }
}

function stateOf({ revokedAt, seenMs }: KnownAgent, nowMs: number): WireAgent['state'] {
  if (revokedAt !== undefined) return 'revoked'
  if (seenMs === undefined) return 'never seen'
  return nowMs - seenMs < aliveMs ? 'running' : 'silent'
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
