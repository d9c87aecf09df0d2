import { Fault, isJsonObject, parseDate, type JsonObject, type JsonValue } from '#base'
import type { InstalledRule, RuleWindow } from '#rule'
import { invalidRequest, type KibanaWorld } from './call.ts'

const by = 'api'

/** What a bulk action over past time asks for. */
export interface PastAction {
  /** The stretch of time, in the request's own form. */
  readonly asked: JsonValue | undefined
  readonly dryRun: boolean
}

/** Begins a manual run. Faults: `invalid`, `conflict` for a rule that is off. */
export async function runOverPast(
  { manualRuns }: KibanaWorld,
  rule: InstalledRule,
  { asked, dryRun }: PastAction,
): Promise<void> {
  const { fromMs, toMs } = stretchOf('run', asked)
  const obstacle = manualRuns.obstacleTo(rule)
  if (obstacle !== undefined) throw new Fault('conflict', 'rule.not-enabled', obstacle)
  if (!dryRun) await manualRuns.ask(rule, { startMs: fromMs, endMs: toMs, by })
}

/** Begins to fill a rule's gaps; false where there is nothing to fill. Faults: as above. */
export async function fillPastGaps(
  { manualRuns, gaps }: KibanaWorld,
  rule: InstalledRule,
  { asked, dryRun }: PastAction,
): Promise<boolean> {
  const within = stretchOf('fill_gaps', asked)
  const obstacle = manualRuns.obstacleTo(rule)
  if (obstacle !== undefined) throw new Fault('conflict', 'rule.not-enabled', obstacle)
  const ruleUuids = [rule.uuid]
  if (dryRun) return (await gaps.list({ ruleUuids, within, openOnly: true })).length > 0
  return (await manualRuns.fillGaps({ ruleUuids, within, by })).runs.length > 0
}

function stretchOf(action: string, asked: JsonValue | undefined): RuleWindow {
  const dates: JsonObject = isJsonObject(asked ?? null) ? Object(asked) : {}
  const at = (name: string): number => {
    const value = dates[name]
    const ms = typeof value === 'string' ? parseDate(value) : undefined
    if (ms === undefined) throw invalidRequest('body', `${action}.${name}: expected a date`)
    return ms
  }
  return { fromMs: at('start_date'), toMs: at('end_date') }
}
