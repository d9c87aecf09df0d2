import type { WireStatus } from '#api'
import type { EngineFacts } from '#detect'

/** How the history of new-terms rules is answered for, in the words of the API. */
export function firstSeenStatus({
  combinations,
  bytes,
  behind,
  answered,
  indexes,
}: EngineFacts['firstSeen']): WireStatus['first_seen'] {
  const { byIndex, byWindow, byScan } = answered
  return {
    combinations,
    bytes,
    behind,
    answered: { by_index: byIndex, by_window: byWindow, by_scan: byScan },
    indexes: indexes.map(({ ruleUuid, ...index }) => ({ rule: ruleUuid, ...index })),
  }
}
