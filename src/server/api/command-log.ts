import { messageOf, visibleText, type Clock, type Logger } from '#base'
import type { CaseBook } from '#investigate'
import { isOver, type Command } from '#respond'
import type { AuditLog } from '../audit/audit-log.ts'
import type { ChangeFeed } from '../stream/change-feed.ts'

/** Writes down what becomes of commands: in the audit log, with the alert, and for open pages. */
export function commandLog({
  audit,
  cases,
  feed,
  clock,
  logger,
}: {
  readonly audit: AuditLog
  readonly cases: CaseBook
  readonly feed: ChangeFeed
  readonly clock: Clock
  readonly logger: Logger
}): (command: Command) => Promise<void> {
  return async (command) => {
    const { id, alertId, who, role, state } = command
    const told = sentenceOf(command)
    if (told !== undefined) {
      const at = new Date(clock.nowMs()).toISOString()
      const entry = { at, who, role, what: `command ${id} ${told}`, status: statuses[state] }
      await audit.append(entry).catch((thrown: unknown) => {
        logger.error('not written to the audit log', { ...entry, reason: messageOf(thrown) })
      })
    }
    if (alertId === undefined) return
    if (isOver(state)) {
      const what = `${command.isDryRun ? 'tried out' : 'gave'} ${command.action} on ${command.target}: ${state}, ${visibleText(command.summary.slice(0, 300))}`
      await cases.activity.record([{ alertId, atMs: clock.nowMs(), who, kind: 'response', what }])
    }
    feed.publish({ what: 'changed', ids: [alertId] })
  }
}

/** As an HTTP status would say it. */
const statuses = {
  queued: 202,
  delivered: 202,
  running: 202,
  done: 200,
  failed: 500,
  timed_out: 504,
  expired: 410,
  cancelled: 410,
} as const

/** Who gave what and why at its beginning, what came of it at its end; nothing for the steps in between. */
function sentenceOf(command: Command): string | undefined {
  const { state, action, target, hostName, why, summary, outputHash, isDryRun } = command
  const what = `${action}${isDryRun ? ' (dry run)' : ''} on ${visibleText(target)} of ${visibleText(hostName)}`
  if (state === 'queued') return `given: ${what}, because: ${visibleText(why)}`
  if (!isOver(state)) return undefined
  const output = outputHash === '' ? '' : `, output SHA-256 ${outputHash}`
  return `${state}: ${what}: ${visibleText(summary.slice(0, 500))}${output}`
}
