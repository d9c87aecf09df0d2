import type { AlertBody } from '#alert'
import { textsOf } from './text-of.ts'

/** A value that some alerts have more, or less, often than others. */
export interface Difference {
  readonly field: string
  readonly value: string
  /** Share of the chosen alerts with it, 0 to 1. */
  readonly chosen: number
  readonly others: number
}

const compared = [
  'host.name',
  'user.name',
  'user.id',
  'process.name',
  'process.executable',
  'process.args',
  'process.command_line',
  'process.working_directory',
  'process.parent.name',
  'process.parent.executable',
  'process.parent.args',
  'process.entry_leader.entry_meta.type',
  'process.entry_leader.entry_meta.source.ip',
  'process.entry_leader.name',
  'process.session_leader.name',
  'process.group_leader.name',
  'process.hash.sha256',
  'process.interactive',
  'container.id',
  'container.name',
  'container.image.name',
  'container.image.tag',
  'container.security_context.privileged',
  'orchestrator.namespace',
  'orchestrator.resource.name',
  'file.path',
  'file.name',
  'source.ip',
  'source.port',
  'destination.ip',
  'destination.port',
  'event.action',
  'event.outcome',
  'event.dataset',
  'kibana.alert.new_terms',
  'kibana.alert.severity',
  'kibana.alert.workflow_status',
  'kibana.alert.workflow_reason',
  'vedette.container.host_mounts',
  'vedette.container.cap_add',
] as const

const maxTold = 8
const maxValueLength = 300

/** The values in which some alerts differ most from others, one a field, the largest difference first, eight at most. */
export function differencesOf(
  chosen: readonly AlertBody[],
  others: readonly AlertBody[],
): readonly Difference[] {
  if (chosen.length === 0) return []
  return compared
    .flatMap((field) => largestOf(field, chosen, others) ?? [])
    .toSorted((a, b) => sizeOf(b) - sizeOf(a))
    .slice(0, maxTold)
}

function largestOf(
  field: string,
  chosen: readonly AlertBody[],
  others: readonly AlertBody[],
): Difference | undefined {
  const here = sharesOf(field, chosen)
  const there = sharesOf(field, others)
  let largest: Difference | undefined
  for (const value of new Set([...here.keys(), ...there.keys()])) {
    const found = { field, value, chosen: here.get(value) ?? 0, others: there.get(value) ?? 0 }
    if (sizeOf(found) > (largest === undefined ? 0 : sizeOf(largest))) largest = found
  }
  return largest
}

function sharesOf(field: string, alerts: readonly AlertBody[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const alert of alerts) {
    for (const value of new Set(
      textsOf(alert, field).map((text) => text.slice(0, maxValueLength)),
    )) {
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
  }
  return new Map([...counts].map(([value, count]) => [value, count / alerts.length]))
}

function sizeOf({ chosen, others }: Difference): number {
  return Math.abs(chosen - others)
}
