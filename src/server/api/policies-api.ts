import type { Api, WirePolicy, WirePolicyVersion } from '#api'
import { Fault, type JsonValue } from '#base'
import {
  collectables,
  differencesOf,
  policyBy,
  presetOf,
  presets,
  type PolicyVersion,
} from '#fleet'
import { latestOf, type KeptPolicy } from '../agents/policy-book.ts'
import { nobody, type ApiWorld } from './api-world.ts'

type PolicyCalls =
  | 'listPresets'
  | 'listPolicies'
  | 'getPolicy'
  | 'createPolicy'
  | 'changePolicy'
  | 'rollBackPolicy'
  | 'removePolicy'

/** The part of the API that is about what agents must do. */
export function policiesApi({ fleet: { agents, policies } }: ApiWorld): Pick<Api, PolicyCalls> {
  const wire = (kept: KeptPolicy): WirePolicy => {
    const { version, policy, at, by } = latestOf(kept)
    const preset = presetOf(policy)
    const theirs = agents.list().filter((agent) => agent.policy === kept.id)
    const obeyed = theirs.filter(
      ({ obeys }) => obeys?.id === kept.id && obeys.version === version,
    ).length
    return {
      id: kept.id,
      version,
      policy,
      ...(preset !== undefined && { preset: preset.title }),
      agents: theirs.length,
      obeyed,
      changed_at: at,
      changed_by: by,
    }
  }
  return {
    listPresets: async () => ({
      collectables: collectables.map(({ id, title, says }) => ({ id, title, says })),
      presets: presets.map((preset) => ({
        id: preset.id,
        title: preset.title,
        says: preset.says,
        policy: policyBy(preset, preset.title),
      })),
    }),
    listPolicies: async () => ({ policies: policies.list().map(wire) }),
    async getPolicy({ id }) {
      const kept = policies.get(id)
      return { policy: wire(kept), versions: kept.versions.map(wireVersion).toReversed() }
    },
    createPolicy: async ({ body }, _signal, by = nobody) => wire(await policies.create(body, by)),
    changePolicy: async ({ id, body: { policy, if_version: ifVersion } }, _signal, by = nobody) =>
      wire(await policies.change(id, { policy, ifVersion, by })),
    rollBackPolicy: async ({ id, body: { to } }, _signal, by = nobody) =>
      wire(await policies.rollBack(id, { to, by })),
    async removePolicy({ id }) {
      const theirs = agents.list().filter(({ policy }) => policy === id).length
      if (theirs > 0) {
        throw new Fault(
          'conflict',
          'agents.policy-in-use',
          `${theirs} agents are to obey this policy: move them to another one first`,
        )
      }
      await policies.remove(id)
      return { removed: true }
    },
  }
}

function wireVersion(
  { version, at, by, policy }: PolicyVersion,
  position: number,
  all: readonly PolicyVersion[],
): WirePolicyVersion {
  const before = all[position - 1]?.policy
  const changes = before === undefined ? [] : differencesOf(before, policy)
  return { version, at, by, policy: policy satisfies JsonValue, changes: [...changes] }
}
