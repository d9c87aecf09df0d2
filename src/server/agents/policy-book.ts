import { randomUUID } from 'node:crypto'
import { Fault, type Clock } from '#base'
import { completeEdr, policyBy, readPolicy, type AgentPolicy, type PolicyVersion } from '#fleet'
import type { CollectionSpec, DocumentStore } from '#store'

/** A policy with all that it ever said. */
export interface KeptPolicy {
  readonly id: string
  /** Oldest first, at least one; the last is in force. */
  readonly versions: readonly PolicyVersion[]
}

/** The agent policies of an installation. A version, once made, never changes: an edit and a roll-back both make a new one. */
export interface PolicyBook {
  /** By name. */
  list(): readonly KeptPolicy[]
  /** Faults: `not-found`. */
  get(id: string): KeptPolicy
  create(policy: AgentPolicy, by: string): Promise<KeptPolicy>
  /** Makes a new version. Faults: `not-found`; `conflict` unless `ifVersion` is in force. */
  change(id: string, change: PolicyEdit): Promise<KeptPolicy>
  /** Makes a new version that says what an earlier one said. Faults as for {@link change}. */
  rollBack(id: string, change: { readonly to: number; readonly by: string }): Promise<KeptPolicy>
  /** Faults: `not-found`; `conflict` for the default. */
  remove(id: string): Promise<void>
  /** Calls back with the id of each policy that has a new version. */
  onChange(listener: (id: string) => void): void
}

/** A new version, made by somebody who saw `ifVersion`. */
export interface PolicyEdit {
  readonly policy: AgentPolicy
  readonly ifVersion: number
  readonly by: string
}

/** The policy of agents whose token names none; always there. */
export const defaultPolicyId = 'default'

type StoredPolicy = {
  readonly versions: readonly {
    readonly version: number
    readonly policy: AgentPolicy
    readonly at: string
    readonly by: string
  }[]
}

const policyCollection: CollectionSpec<StoredPolicy> = { name: 'agent_policies', keys: {} }
const maxPolicies = 1_000
/** Of more, the oldest go. */
const maxVersions = 200

/** The policies that a store keeps, read once: this process is the only one that writes them. */
export async function loadPolicies(documents: DocumentStore, clock: Clock): Promise<PolicyBook> {
  const kept = documents.collection(policyCollection)
  const policies = new Map<string, StoredPolicy>()
  for (const { id, body } of (await kept.find({ limit: 10_000 })).items) policies.set(id, body)
  const listeners: ((id: string) => void)[] = []

  const nowIso = (): string => new Date(clock.nowMs()).toISOString()

  const put = async (id: string, versions: StoredPolicy['versions']): Promise<KeptPolicy> => {
    const stored = { versions: versions.slice(-maxVersions) }
    await kept.put(id, stored)
    policies.set(id, stored)
    for (const listener of listeners) listener(id)
    return { id, ...stored }
  }

  const get = (id: string): KeptPolicy => {
    const found = policies.get(id)
    if (found === undefined) {
      throw new Fault(
        'not-found',
        'agents.no-such-policy',
        `there is no agent policy [${id}]; \`vedette policy list\` has the ids`,
      )
    }
    return { id, ...found }
  }

  const change: PolicyBook['change'] = async (id, { policy, ifVersion, by }) => {
    const { versions } = get(id)
    const { version } = latestOf({ versions })
    if (version !== ifVersion) {
      throw new Fault(
        'conflict',
        'agents.policy-changed',
        `somebody made version ${version} of this policy since version ${ifVersion} was read: look at it, and change it again`,
      )
    }
    return put(id, [...versions, { version: version + 1, policy, at: nowIso(), by }])
  }

  if (!policies.has(defaultPolicyId)) {
    const policy = policyBy(completeEdr, 'Default')
    await put(defaultPolicyId, [{ version: 1, policy, at: nowIso(), by: 'vedette' }])
  }

  return {
    list: () =>
      [...policies]
        .map(([id, stored]) => ({ id, ...stored }))
        .toSorted((a, b) => latestOf(a).policy.name.localeCompare(latestOf(b).policy.name)),
    get,
    async create(policy, by) {
      if (policies.size >= maxPolicies) {
        throw new Fault(
          'too-large',
          'agents.too-many-policies',
          `there are ${maxPolicies} policies already`,
        )
      }
      return put(randomUUID(), [{ version: 1, policy, at: nowIso(), by }])
    },
    change,
    async rollBack(id, { to, by }) {
      const { versions } = get(id)
      const earlier = versions.find(({ version }) => version === to)
      // What was right once may say what this version does not know.
      const read = readPolicy(earlier?.policy)
      if (earlier === undefined || !read.ok) {
        throw new Fault(
          'not-found',
          'agents.no-such-version',
          `the policy [${id}] has no version ${to} to go back to`,
        )
      }
      return change(id, { policy: read.value, ifVersion: latestOf({ versions }).version, by })
    },
    async remove(id) {
      get(id)
      if (id === defaultPolicyId) {
        throw new Fault(
          'conflict',
          'agents.default-policy',
          'the default policy stays: agents without another one need it',
        )
      }
      await kept.delete(id)
      policies.delete(id)
    },
    onChange: (listener) => void listeners.push(listener),
  }
}

/** The version in force. */
export function latestOf({ versions }: Pick<KeptPolicy, 'versions'>): PolicyVersion {
  const last = versions.at(-1)
  if (last === undefined) throw new Error('a policy has at least one version')
  return last
}
