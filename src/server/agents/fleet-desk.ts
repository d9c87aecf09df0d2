import type { Clock, Logger } from '#base'
import type { DocumentStore } from '#store'
import { loadAgents, type AgentBook } from './agent-book.ts'
import { loadEnrolmentTokens, type EnrolmentTokens } from './enrolment-tokens.ts'
import { loadPolicies, type PolicyBook } from './policy-book.ts'

/** The fleet as the server keeps it: agents, what they must do, and who may become one. */
export interface FleetDesk {
  readonly agents: AgentBook
  readonly policies: PolicyBook
  readonly tokens: EnrolmentTokens
  /** Where agents call; undefined: the door for agents is closed. */
  readonly door: () => AgentsDoorFacts | undefined
  /** Told by the door once it listens. */
  openAt(door: AgentsDoorFacts): void
  /** Resolves when an agent is to do something else, after `ms`, or when the signal aborts. */
  wait(agent: string, ms: number, signal: AbortSignal): Promise<void>
}

/** What an enrolment line says of the door. */
export interface AgentsDoorFacts {
  /** `https://10.0.0.1:7071` */
  readonly url: string
  /** SHA-256 of the authority's certificate, lower-case hex. */
  readonly authority: string
}

/** The fleet that a store keeps. Whoever opens it closes its agents. */
export async function openFleet(
  documents: DocumentStore,
  how: { readonly clock: Clock; readonly logger: Logger },
): Promise<FleetDesk> {
  const { clock } = how
  const agents = await loadAgents(documents, how)
  const policies = await loadPolicies(documents, clock)
  const tokens = await loadEnrolmentTokens(documents, clock)
  const waiting = new Map<string, Set<() => void>>()
  let facts: AgentsDoorFacts | undefined

  const wake = (agent: string): void => {
    for (const resolve of waiting.get(agent) ?? []) resolve()
  }
  agents.onChange(wake)
  policies.onChange((policy) => {
    for (const agent of agents.list()) if (agent.policy === policy) wake(agent.id)
  })

  return {
    agents,
    policies,
    tokens,
    door: () => facts,
    openAt: (door) => void (facts = door),
    async wait(agent, ms, signal) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const enough = new AbortController()
      const others = waiting.get(agent) ?? new Set()
      waiting.set(agent, others.add(resolve))
      const late = clock.sleep(ms, AbortSignal.any([signal, enough.signal])).catch(() => undefined)
      await Promise.race([promise, late])
      enough.abort()
      others.delete(resolve)
      if (others.size === 0) waiting.delete(agent)
    },
  }
}
