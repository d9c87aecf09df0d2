import type { ExecutionKind } from '#alert'
import type { Clock } from '#base'
import type { RuleUuid } from '#rule'
import type { Collection, KeyCondition, Page } from '#store'
import type { ExecutionRecord } from './execution-record.ts'

/** Which executions to list. */
export interface ExecutionQuery {
  readonly ruleUuid?: string
  readonly status?: readonly ExecutionRecord['status'][]
  readonly kind?: readonly ExecutionKind[]
  /** Only those of this manual run. */
  readonly manualRun?: string
  /** Default 100, at most 10,000. */
  readonly limit?: number
  readonly after?: string
}

/** The executions that are remembered. */
export interface ExecutionBook {
  /** Latest first. */
  list(query?: ExecutionQuery): Promise<Page<ExecutionRecord>>
  get(uuid: string): Promise<ExecutionRecord | undefined>
  /** The last execution of a rule, if it is remembered. */
  latestOf(ruleUuid: RuleUuid): Promise<ExecutionRecord | undefined>
}

/** An {@link ExecutionBook} over the stored records. */
export function executionBook(executions: Collection<ExecutionRecord>): ExecutionBook {
  const list = (query: ExecutionQuery = {}) => {
    const { ruleUuid, status, kind, manualRun, limit, after } = query
    const where: KeyCondition[] = []
    if (ruleUuid !== undefined) where.push({ key: 'rule_uuid', in: [ruleUuid] })
    if (status !== undefined) where.push({ key: 'status', in: status })
    if (kind !== undefined) where.push({ key: 'kind', in: kind })
    if (manualRun !== undefined) where.push({ key: 'manual_run', in: [manualRun] })
    return executions.find({
      where,
      sort: { key: 'finished_ms', direction: 'desc' },
      ...(limit === undefined ? {} : { limit }),
      ...(after === undefined ? {} : { after }),
    })
  }
  return {
    list,
    get: async (uuid) => (await executions.get(uuid))?.body,
    latestOf: async (ruleUuid) => (await list({ ruleUuid, limit: 1 })).items[0]?.body,
  }
}

/** Old executions are looked for so often, and so many go at a time: more than are made meanwhile. */
const forgetEveryMs = 60_000
const forgottenAtATime = 1_000

/**
 * Deletes executions that ended longer ago than they are kept, so that their number stays bounded. May be
 * called after each: looks once a minute.
 */
export function executionsForgetter(
  executions: Collection<ExecutionRecord>,
  { clock, keptMs }: { readonly clock: Pick<Clock, 'nowMs'>; readonly keptMs: number },
): () => Promise<void> {
  let lookedMs = -Infinity
  return async () => {
    const nowMs = clock.nowMs()
    if (Math.abs(nowMs - lookedMs) < forgetEveryMs) return
    lookedMs = nowMs
    const where = [{ key: 'finished_ms', to: nowMs - keptMs }]
    const { items } = await executions.find({ where, limit: forgottenAtATime })
    await Promise.all(items.map(({ id }) => executions.delete(id)))
  }
}
