import type { AlertBody, ExecutionKind } from '#alert'
import type { RuleWindow } from '#rule'
import type { Collection, KeyCondition } from '#store'

/** Whose alerts, and which of them an execution goes by. */
export interface OwnAlertsRequest {
  readonly ruleUuid: string
  readonly kind: ExecutionKind
  /** The first execution since the rule was switched on. */
  readonly isFirst: boolean
  readonly window: RuleWindow
}

/**
 * What a rule's own alerts remember for an execution: alerts of scheduled executions that stand for events
 * after the window's beginning, for scheduled ones; alerts made within the window's time, however they
 * came about, for manual ones and the first. The same alert may come twice.
 *
 * The alerts are the memory: one write stores an alert and that its events are told, so that no crash comes
 * between the two.
 */
export async function* ownAlerts(
  alerts: Collection<AlertBody>,
  { ruleUuid, kind, isFirst, window: { fromMs, toMs } }: OwnAlertsRequest,
): AsyncGenerator<AlertBody> {
  const own = { key: 'rule_uuid', in: [ruleUuid] }
  if (kind === 'scheduled') {
    const scheduled = { key: 'execution_kind', in: ['scheduled'] }
    for (const key of ['original_ms', 'suppression_end_ms']) {
      yield* allOf(alerts, [own, scheduled, { key, from: fromMs + 1 }])
    }
  }
  if (kind === 'manual' || isFirst) {
    yield* allOf(alerts, [own, { key: 'created_ms', from: fromMs, to: toMs }])
  }
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
