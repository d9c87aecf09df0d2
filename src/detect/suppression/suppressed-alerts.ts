import { statusOf, type AlertBody } from '#alert'
import { parseDate } from '#base'
import type { RuleWindow } from '#rule'
import type { Collection, Versioned } from '#store'
import { isoOf } from '../execution/execution-record.ts'

/** What suppression reads of a stored alert. */
export interface SuppressedAlert {
  readonly id: string
  readonly executionUuid: string
  /** When it was made, epoch milliseconds. */
  readonly startMs: number
  /** The last event time it stands for, epoch milliseconds. */
  readonly endMs: number
}

/** The newest alert of each group that is not closed and began at `sinceMs` or later, by group id. */
export async function openAlertsOf(
  alerts: Collection<AlertBody>,
  groupIds: readonly string[],
  { ruleUuid, sinceMs }: { readonly ruleUuid: string; readonly sinceMs: number },
): Promise<ReadonlyMap<string, SuppressedAlert>> {
  const newest = new Map<string, SuppressedAlert>()
  const wanted = [...new Set(groupIds)]
  for (let at = 0; at < wanted.length; at += 500) {
    const where = [
      { key: 'rule_uuid', in: [ruleUuid] },
      { key: 'instance_id', in: wanted.slice(at, at + 500) },
      { key: 'start_ms', from: sinceMs },
    ]
    let after: string | undefined
    do {
      const page = await alerts.find({
        where,
        sort: { key: 'start_ms', direction: 'desc' },
        limit: 1_000,
        ...(after === undefined ? {} : { after }),
      })
      for (const item of page.items) {
        const groupId = textOf(item.body, 'kibana.alert.instance.id')
        if (statusOf(item.body) === 'closed') continue
        const alert = readAlert(item)
        const known = newest.get(groupId)
        if (known !== undefined && !isNewer(alert, known)) continue
        newest.set(groupId, alert)
      }
      after = page.next
    } while (after !== undefined)
  }
  return newest
}

/**
 * Up to which event time the groups of a rule have been told by its scheduled executions, or, for a fill,
 * by any up to the window's end; by group id. Only groups told up to the window's start or beyond: an event
 * at the very start of a window that ended a group before has been counted. Read from the alerts, so that
 * a crash loses none of it.
 */
export async function groupEndsOf(
  alerts: Collection<AlertBody>,
  {
    ruleUuid,
    memory,
    window: { fromMs, toMs },
  }: {
    readonly ruleUuid: string
    readonly memory: 'scheduled' | 'fill'
    readonly window: RuleWindow
  },
): Promise<ReadonlyMap<string, number>> {
  const ends = new Map<string, number>()
  let after: string | undefined
  do {
    const page = await alerts.find({
      where: [
        { key: 'rule_uuid', in: [ruleUuid] },
        ...(memory === 'scheduled'
          ? [
              { key: 'execution_kind', in: ['scheduled'] },
              { key: 'suppression_end_ms', from: fromMs },
            ]
          : [{ key: 'suppression_end_ms', from: fromMs, to: toMs }]),
      ],
      limit: 1_000,
      ...(after === undefined ? {} : { after }),
    })
    for (const item of page.items) {
      const groupId = textOf(item.body, 'kibana.alert.instance.id')
      const { endMs } = readAlert(item)
      ends.set(groupId, Math.max(ends.get(groupId) ?? endMs, endMs))
    }
    after = page.next
  } while (after !== undefined)
  return ends
}

/** An alert's body with more folded into it; its own time stands, only its end and last detection move. */
export function withMoreFolded(
  body: AlertBody,
  more: { readonly folded: number; readonly endMs: number; readonly nowMs: number },
  startMs?: number,
): AlertBody {
  const count = body['kibana.alert.suppression.docs_count']
  const endMs = Math.max(msOf(body, 'kibana.alert.suppression.end') ?? more.endMs, more.endMs)
  const start = msOf(body, 'kibana.alert.suppression.start')
  return {
    ...body,
    'kibana.alert.last_detected': isoOf(more.nowMs),
    'kibana.alert.suppression.end': isoOf(endMs),
    'kibana.alert.suppression.docs_count': (typeof count === 'number' ? count : 0) + more.folded,
    ...(startMs === undefined
      ? {}
      : { 'kibana.alert.suppression.start': isoOf(Math.min(start ?? startMs, startMs)) }),
  }
}

/** Of alerts that began at the same moment the one that reaches further counts as newer. */
function isNewer(one: SuppressedAlert, other: SuppressedAlert): boolean {
  return one.startMs === other.startMs ? one.endMs > other.endMs : one.startMs > other.startMs
}

function readAlert({ id, body }: Versioned<AlertBody>): SuppressedAlert {
  return {
    id,
    executionUuid: textOf(body, 'kibana.alert.rule.execution.uuid'),
    startMs: msOf(body, 'kibana.alert.start') ?? Number.NEGATIVE_INFINITY,
    endMs: msOf(body, 'kibana.alert.suppression.end') ?? Number.NEGATIVE_INFINITY,
  }
}

function textOf(body: AlertBody, field: string): string {
  const value = body[field]
  return typeof value === 'string' ? value : ''
}

function msOf(body: AlertBody, field: string): number | undefined {
  const value = body[field]
  return typeof value === 'string' ? parseDate(value) : undefined
}
