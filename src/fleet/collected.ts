import { isJsonObject, type JsonValue } from '#base'
import type { EventDocument } from '#event'
import { collectables } from './collectable.ts'
import type { AgentPolicy } from './policy.ts'

/** Whether a policy has an event sent. What is no collectable, such as the sensor's own documents, always is. */
export function collectedBy({
  collects,
  sessions,
}: Pick<AgentPolicy, 'collects' | 'sessions'>): (document: EventDocument) => boolean {
  return ({ source }) => {
    const dataset = memberOf(source['data_stream'], 'dataset')
    const action = memberOf(source['event'], 'action')
    const kind = collectables.find(
      (each) => each.dataset === dataset && (each.action === undefined || each.action === action),
    )
    if (kind === undefined) return true
    if (!collects.includes(kind.id)) return false
    return sessions === 'all' || kind.action === undefined || isInteractive(source['process'])
  }
}

function isInteractive(process: JsonValue | undefined): boolean {
  return (
    memberOf(process, 'interactive') === true ||
    memberOf(memberOf(process, 'entry_leader'), 'interactive') === true
  )
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined
}
