import type { Api, RouteName, WireExecution, WireGap, WireRun } from '#api'
import { Fault } from '#base'
import { gapStateOf, stretchOf, type ExecutionRecord, type Gap, type ManualRun } from '#detect'
import { instantOf } from './alerts-api.ts'
import type { ApiWorld } from './api-world.ts'
import { ruleOf } from './rules-api.ts'

type RunCalls = Pick<
  Api,
  Extract<
    RouteName,
    | 'runRule'
    | 'listExecutions'
    | 'getExecution'
    | 'listGaps'
    | 'fillGaps'
    | 'startRun'
    | 'listRuns'
    | 'getRun'
    | 'cancelRun'
  >
>

const by = 'api'

/** The part of the API that is about executions, gaps, and runs over past time. */
export function runsApi(world: ApiWorld): RunCalls {
  const { executions, gaps, manualRuns, clock } = world
  const uuidsOf = async (ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => (await ruleOf(world, id)).uuid))
  return {
    async runRule({ id }) {
      return wireExecution(await world.runNow((await ruleOf(world, id)).uuid))
    },
    async listExecutions({ rule, run, ...query }) {
      const page = await executions.list({
        ...query,
        ...(rule !== undefined && { ruleUuid: (await ruleOf(world, rule)).uuid }),
        ...(run !== undefined && { manualRun: run }),
      })
      return {
        executions: page.items.map(({ body }) => wireExecution(body)),
        ...(page.next !== undefined && { next: page.next }),
      }
    },
    getExecution: async ({ id }) =>
      wireExecution(required(await executions.get(id), 'execution', id)),
    async listGaps({ rule, from, to, filled = false }) {
      const found = await gaps.list({
        ...(rule !== undefined && { ruleUuids: await uuidsOf(rule) }),
        ...((from !== undefined || to !== undefined) && { within: stretchIn({ from, to }, clock) }),
        openOnly: !filled,
      })
      const filling = await manualRuns.live()
      return { gaps: found.map((gap) => wireGap(gap, filling)) }
    },
    async fillGaps({ body: { rules, from, to } }) {
      const { runs, left } = await manualRuns.fillGaps({
        ...(rules !== undefined && { ruleUuids: await uuidsOf(rules) }),
        ...((from !== undefined || to !== undefined) && { within: stretchIn({ from, to }, clock) }),
        by,
      })
      return {
        runs: runs.map(wireRun),
        left: left.map(({ rule, reason }) => ({ rule_id: rule.rule.ruleId, reason })),
      }
    },
    async startRun({ id, body }) {
      const { fromMs, toMs } = stretchIn(body, clock)
      const rule = await ruleOf(world, id)
      return wireRun(await manualRuns.ask(rule, { startMs: fromMs, endMs: toMs, by }))
    },
    async listRuns({ rule, ...query }) {
      const page = await manualRuns.list({
        ...query,
        ...(rule !== undefined && { ruleUuid: (await ruleOf(world, rule)).uuid }),
      })
      return {
        runs: page.items.map(({ body }) => wireRun(body)),
        ...(page.next !== undefined && { next: page.next }),
      }
    },
    getRun: async ({ id }) => wireRun(required(await manualRuns.get(id), 'run', id)),
    cancelRun: async ({ id }) => wireRun(required(await manualRuns.cancel(id), 'run', id)),
  }
}

function required<T>(found: T | undefined, what: string, id: string): T {
  if (found !== undefined) return found
  throw new Fault('not-found', `${what}.not-found`, `there is no ${what} ${id}`)
}

/** The stretch between two instants of a request; from the beginning of time to now where they are absent. */
function stretchIn(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  { nowMs }: ApiWorld['clock'],
) {
  return {
    fromMs: from === undefined ? 0 : instantOf('from', from),
    toMs: to === undefined ? nowMs() : instantOf('to', to),
  }
}

/** An execution as it is told. */
export function wireExecution(record: ExecutionRecord): WireExecution {
  const { cut, gap, previousStartedAt, manualRun } = record
  return {
    id: record.uuid,
    rule_id: record.ruleId,
    rule_uuid: record.ruleUuid,
    rule_name: record.ruleName,
    kind: record.kind,
    status: record.status,
    started_at: record.startedAt,
    finished_at: record.finishedAt,
    ...(previousStartedAt !== null && { previous_started_at: previousStartedAt }),
    windows: record.windows,
    candidates: record.candidates,
    created: record.created,
    suppressed: record.suppressed,
    ...(cut !== null && {
      cut: {
        alerts: cut.alerts,
        more: cut.more,
        ...(cut.events !== null && { events: cut.events }),
      },
    }),
    ...(gap !== null && { gap }),
    warnings: record.warnings,
    errors: record.errors,
    total_ms: record.totalMs,
    search_ms: record.searchMs,
    write_ms: record.writeMs,
    searches: record.searches,
    ...(manualRun !== null && { run: manualRun }),
  }
}

function wireGap(gap: Gap, runs: readonly ManualRun[]): WireGap {
  const { uncovered } = gap
  const filling = runs.some(
    ({ ruleUuid, stretches }) =>
      ruleUuid === gap.ruleUuid &&
      stretches.some((one) => uncovered.some((u) => one.fromMs < u.toMs && u.fromMs < one.toMs)),
  )
  return {
    id: gap.id,
    rule_id: gap.ruleId,
    rule_uuid: gap.ruleUuid,
    rule_name: gap.ruleName,
    ...stretchOf(gap),
    state: gapStateOf(gap),
    uncovered: uncovered.map(stretchOf),
    uncovered_ms: uncovered.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
    filling,
    recorded_at: iso(gap.recordedMs),
    execution: gap.executionUuid,
  }
}

/** A manual run as it is told. */
export function wireRun(run: ManualRun): WireRun {
  const { planned, done, failed, created, suppressed, cut } = run.executions
  return {
    id: run.id,
    rule_id: run.ruleId,
    rule_uuid: run.ruleUuid,
    rule_name: run.ruleName,
    purpose: run.purpose,
    stretches: run.stretches.map(stretchOf),
    state: run.state,
    ...(run.reason !== null && { reason: run.reason }),
    asked_at: iso(run.askedMs),
    asked_by: run.askedBy,
    ...(run.endedMs !== null && { ended_at: iso(run.endedMs) }),
    ...(run.doneToMs !== null && { done_to: iso(run.doneToMs) }),
    executions: { planned, done, failed },
    created,
    suppressed,
    cut,
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
