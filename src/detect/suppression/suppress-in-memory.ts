import { withExtras } from '../execution/alert-writer.ts'
import type { Candidate } from '../rule-type.ts'
import {
  groupFieldsOf,
  groupOf,
  suppressionMembers,
  type GroupField,
  type SuppressionGroup,
} from './group-terms.ts'
import { openAlertsOf, withMoreFolded, type SuppressedAlert } from './suppressed-alerts.ts'
import type { SuppressionRun, WriteOutcome } from './suppression-run.ts'

/** A candidate that stands for its group, and how many were folded into it. */
interface Folded {
  readonly candidate: Candidate
  readonly group: SuppressionGroup
  readonly endMs: number
  readonly folded: number
}

/**
 * Writes one page of candidates with like ones folded together: into the first of them, or into an open
 * alert of their group that is recent enough (with a duration) or of this very execution (without).
 */
export async function suppressInMemory(
  run: SuppressionRun,
  page: readonly Candidate[],
): Promise<WriteOutcome> {
  const fields = groupFieldsOf(run.suppression.groupBy, run.fields)
  const [plain, grouped] = split(page, fields, run)
  const fresh = await run.writer.fresh(grouped)
  const withGroups = fresh.map((candidate) => ({
    candidate,
    group: groupOfCandidate(candidate, fields, run),
  }))
  const existing = await openAlertsOf(
    run.alerts,
    withGroups.map(({ group }) => group.id),
    { ruleUuid: run.search.owner.ruleUuid, sinceMs: sinceMs(run) },
  )
  const uncovered = withGroups.filter(({ candidate, group }) => {
    const earlier = existing.get(group.id)
    if (earlier === undefined || run.touched.has(earlier.id)) return true
    return earlier.endMs < endMsOf(candidate)
  })
  const outcome = await run.writer.write(await run.writer.fresh(plain))
  const written = await writeFolded(run, fold(uncovered), existing)
  return {
    created: written.created + outcome.created,
    told: written.told + outcome.told,
    suppressed: written.suppressed,
    left: [...written.left, ...outcome.left],
  }
}

function split(
  page: readonly Candidate[],
  fields: readonly GroupField[],
  { suppression }: SuppressionRun,
): readonly [readonly Candidate[], readonly Candidate[]] {
  if (suppression.missingFieldsStrategy === 'suppress') return [[], page]
  const lacks = ({ event }: Candidate) =>
    fields.some((field) => field.valuesOf(event.source).length === 0)
  return [page.filter(lacks), page.filter((candidate) => !lacks(candidate))]
}

/** The time of the last event that a candidate stands for, epoch milliseconds. */
function endMsOf({ eventMs, group }: Candidate): number {
  return group?.endMs ?? eventMs
}

function groupOfCandidate(
  { event, group }: Candidate,
  fields: readonly GroupField[],
  { search }: SuppressionRun,
): SuppressionGroup {
  if (group !== undefined) return groupOf(fields, group.values, search.owner)
  const values = fields.map((field) => {
    const found = field.valuesOf(event.source)
    return found.length === 0 ? null : found
  })
  return groupOf(fields, values, search.owner)
}

/** From when on an alert must have begun to take more in, epoch milliseconds. */
function sinceMs({ suppression, search, nowMs }: SuppressionRun): number {
  const { durationMs } = suppression
  return durationMs === undefined ? search.window.fromMs : nowMs - durationMs
}

/** Candidates of one group become one, its first in event time; groups in the order of their first. */
function fold(
  candidates: readonly { readonly candidate: Candidate; readonly group: SuppressionGroup }[],
): readonly Folded[] {
  const byGroup = new Map<string, Folded>()
  const inTime = candidates.toSorted((a, b) => a.candidate.eventMs - b.candidate.eventMs)
  for (const { candidate, group } of inTime) {
    const first = byGroup.get(group.id)
    byGroup.set(
      group.id,
      first === undefined
        ? { candidate, group, endMs: endMsOf(candidate), folded: 0 }
        : { ...first, endMs: Math.max(first.endMs, endMsOf(candidate)), folded: first.folded + 1 },
    )
  }
  return [...byGroup.values()]
}

async function writeFolded(
  run: SuppressionRun,
  groups: readonly Folded[],
  existing: ReadonlyMap<string, SuppressedAlert>,
): Promise<WriteOutcome> {
  const fresh: Folded[] = []
  let suppressed = 0
  for (const folded of groups) {
    const target = existing.get(folded.group.id)
    if (target === undefined || !takesMore(target, run)) {
      fresh.push(folded)
      continue
    }
    await addTo(run, target, folded)
    run.touched.add(target.id)
    suppressed += folded.folded + 1
  }
  const written = await run.writer.write(fresh.map(asCandidate))
  for (const { folded, candidate } of fresh.slice(0, written.told)) {
    suppressed += folded
    run.touched.add(candidate.alertId)
  }
  return { ...written, suppressed }
}

function takesMore(
  target: SuppressedAlert,
  { suppression, executionUuid }: SuppressionRun,
): boolean {
  return suppression.durationMs !== undefined || target.executionUuid === executionUuid
}

async function addTo(run: SuppressionRun, target: SuppressedAlert, group: Folded): Promise<void> {
  const more = { folded: group.folded + 1, endMs: group.endMs, nowMs: run.nowMs }
  const isOwn = target.executionUuid === run.executionUuid
  const startMs = isOwn ? group.candidate.eventMs : undefined
  await run.alerts.update(target.id, (body) => withMoreFolded(body, more, startMs))
}

function asCandidate({ candidate, group, endMs, folded }: Folded): Candidate {
  const span = { startMs: candidate.eventMs, endMs, folded }
  return withExtras(candidate, suppressionMembers(group, span))
}
