import type { AlertBody, ExecutionKind } from '#alert'
import { parseDate } from '#base'
import type { RuleWindow } from '#rule'
import type { Collection, KeyCondition } from '#store'
import type { ExecutionRequest } from './execution-request.ts'

/**
 * Which alerts an execution goes by. `fill`: it makes good one that was due, and goes by what was told of
 * events up to its window's end, as that one would have.
 */
export type AlertMemory = ExecutionKind | 'fill'

/** What an execution goes by. */
export function memoryOf({
  kind,
  manualRun,
}: Pick<ExecutionRequest, 'kind' | 'manualRun'>): AlertMemory {
  return manualRun?.purpose === 'fill' ? 'fill' : kind
}

/** Whose alerts, and which of them an execution goes by. */
export interface OwnAlertsRequest {
  readonly ruleUuid: string
  readonly memory: AlertMemory
  /** The first execution since the rule was switched on. */
  readonly isFirst: boolean
  readonly window: RuleWindow
}

/**
 * What a rule's own alerts remember for an execution: alerts of scheduled executions that stand for events
 * after the window's beginning, for scheduled ones; those of any execution that stand for events within
 * the window, for fills; alerts made within the window's time, however they came about, for other manual
 * ones and the first. The same alert may come twice.
 *
 * The alerts are the memory: one write stores an alert and that its events are told, so that no crash comes
 * between the two.
 */
export async function* ownAlerts(
  alerts: Collection<AlertBody>,
  { ruleUuid, memory, isFirst, window: { fromMs, toMs } }: OwnAlertsRequest,
): AsyncGenerator<AlertBody> {
  const own = { key: 'rule_uuid', in: [ruleUuid] }
  if (memory === 'scheduled') {
    const scheduled = { key: 'execution_kind', in: ['scheduled'] }
    for (const key of eventTimes) {
      yield* allOf(alerts, [own, scheduled, { key, from: fromMs + 1 }])
    }
  }
  if (memory === 'fill') {
    for (const key of eventTimes) {
      const until = allOf(alerts, [own, { key, from: fromMs + 1, to: toMs }])
      for await (const body of until) yield asOf(toMs, body)
    }
    return
  }
  if (memory === 'manual' || isFirst) {
    yield* allOf(alerts, [own, { key: 'created_ms', from: fromMs, to: toMs }])
  }
}

const eventTimes = ['original_ms', 'suppression_end_ms']

/** An alert without what it took in after a time: of events in between it does not tell. */
function asOf(toMs: number, body: AlertBody): AlertBody {
  const end = body['kibana.alert.suppression.end']
  const endMs = typeof end === 'string' ? parseDate(end) : undefined
  return endMs === undefined || endMs <= toMs
    ? body
    : { ...body, 'kibana.alert.suppression.end': null }
}

async function* allOf(
  alerts: Collection<AlertBody>,
  where: readonly KeyCondition[],
): AsyncGenerator<AlertBody> {
  let after: string | undefined
  do {
    const page = await alerts.find({
      where,
      limit: 1_000,
      ...(after === undefined ? {} : { after }),
    })
    for (const { body } of page.items) yield body
    after = page.next
  } while (after !== undefined)
}
