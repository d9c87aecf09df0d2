import { collectableIds, type CollectableId } from './collectable.ts'
import type { AgentPolicy } from './policy.ts'

/** A policy to begin with, which says exactly what it collects. */
export interface Preset {
  readonly id: string
  readonly title: string
  readonly says: string
  readonly environment: AgentPolicy['environment']
  readonly collects: readonly CollectableId[]
  readonly sessions: AgentPolicy['sessions']
}

/** The preset of the default policy. */
export const completeEdr: Preset = {
  id: 'complete-edr',
  title: 'Complete EDR',
  says: 'Everything that the sensor sees.',
  environment: 'traditional',
  collects: collectableIds,
  sessions: 'all',
}

/** From the least to the most, by environment. None of them prevents anything: agents watch. */
export const presets: readonly Preset[] = [
  {
    id: 'data-collection',
    title: 'Data collection',
    says: 'Program starts alone, for hunting: the least traffic.',
    environment: 'traditional',
    collects: ['process.exec'],
    sessions: 'all',
  },
  {
    id: 'essential-edr',
    title: 'Essential EDR',
    says: 'Program starts and ends, and containers: what most rules read.',
    environment: 'traditional',
    collects: ['process.exec', 'process.end', 'container'],
    sessions: 'all',
  },
  completeEdr,
  {
    id: 'interactive-only',
    title: 'Interactive only',
    says: 'Containers, and the programs of sessions that people began on a terminal; what services do by themselves is left out.',
    environment: 'cloud',
    collects: collectableIds,
    sessions: 'interactive',
  },
  {
    id: 'all-events',
    title: 'All events',
    says: 'Everything that the sensor sees.',
    environment: 'cloud',
    collects: collectableIds,
    sessions: 'all',
  },
]

/** The preset that a policy follows in what it collects; undefined: it was made by hand. */
export function presetOf(policy: AgentPolicy): Preset | undefined {
  return presets.find(
    ({ environment, sessions, collects }) =>
      environment === policy.environment &&
      sessions === policy.sessions &&
      collects.length === new Set(policy.collects).size &&
      collects.every((id) => policy.collects.includes(id)),
  )
}

/** Spool of new policies: a day without the server at about 2 events a second of 3 KiB. */
const spoolMib = 512

/** A whole policy by a preset. */
export function policyBy({ environment, collects, sessions }: Preset, name: string): AgentPolicy {
  return {
    name,
    description: '',
    environment,
    collects: [...collects],
    sessions,
    sensor: 'auto',
    spool_mib: spoolMib,
  }
}
