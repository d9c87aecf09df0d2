import { parseDate, parseDuration, type Diagnostic, type JsonObject } from '#base'
import { manualStartsOf, startsIn, type ExecutionRecord } from '#detect'
import type { Store } from '#store'
import { valueAt, holds } from './alert-view.ts'
import { differencesFrom, type CaseFindings } from './expectations.ts'
import { objectOf, objectsOf, textOf } from './json.ts'
import type { Difference } from './outcome.ts'
import { caseRule } from './rule-case-rule.ts'
import { caseClock, caseWorld, type CaseWorld } from './rule-case-world.ts'

/** What running a case came to. */
export type RuleCaseOutcome =
  | { readonly kind: 'ran'; readonly differences: readonly Difference[] }
  | { readonly kind: 'skipped'; readonly reason: string }

/** Runs a case of a file of rule cases in an empty store. Throws where the case itself cannot be understood. */
export async function runRuleCase(
  test: JsonObject,
  file: JsonObject,
  store: Store,
): Promise<RuleCaseOutcome> {
  const expect = objectOf(test['expect'])
  const clock = caseClock(startOf(test))
  const read = caseRule(test, file, clock.nowMs())
  if (read.kind === 'not-runnable') return { kind: 'skipped', reason: read.reason }
  if (expect['validation_error'] !== undefined) {
    const diagnostics = read.kind === 'refused' ? read.diagnostics : []
    return { kind: 'ran', differences: refusal(textOf(expect['validation_error']), diagnostics) }
  }
  if (read.kind === 'refused') {
    const found = read.diagnostics.map(({ message }) => message)
    return {
      kind: 'ran',
      differences: [{ what: 'rule', expected: 'a rule that can be run', found }],
    }
  }
  const dataset = datasetOf(test, file)
  const world = await caseWorld(test, { dataset, rule: read.rule, store, clock })
  const differences: Difference[] = []
  if (test['run'] !== undefined) await preview(world, objectOf(test['run']))
  for (const [i, step] of objectsOf(test['steps']).entries()) {
    const from = world.executions.length
    await takeStep(world, step)
    const findings = await findingsOf(world, from)
    const found = differencesFrom(objectOf(step['expect']), findings)
    differences.push(...found.map((each) => ({ ...each, what: `steps[${i}].${each.what}` })))
  }
  differences.push(...differencesFrom(expect, await findingsOf(world)))
  return { kind: 'ran', differences }
}

/** Where a case's clock stands when it begins: at its last preview or its first step, else now. */
function startOf(test: JsonObject): number {
  const at = objectsOf(test['steps']).flatMap((step) => textOf(step['at']) || [])[0]
  const text = textOf(objectOf(test['run'])['timeframe_end']) || at
  return (text === undefined ? undefined : parseDate(text)) ?? Date.UTC(2024, 4, 1, 12)
}

function datasetOf(test: JsonObject, file: JsonObject): JsonObject {
  const name = textOf(test['dataset'])
  const datasets = objectOf(file['datasets'])
  if (name !== '' && datasets[name] === undefined) throw new Error(`there is no dataset ${name}`)
  return objectOf(datasets[name])
}

/** Run k of n starts n - k intervals before the end; each knows when the one before it started. */
async function preview(world: CaseWorld, run: JsonObject): Promise<void> {
  const { mode = 'preview', invocation_count: count = 1 } = run
  if (mode !== 'preview') throw new Error(`run.mode ${JSON.stringify(mode)} is not known`)
  const endMs = timeOf(run, 'timeframe_end')
  const intervalMs = parseDuration(world.rule.rule.interval) ?? 300_000
  let previousStartedAtMs: number | undefined
  for (let k = 1; k <= Number(count); k++) {
    const startedAtMs = endMs - (Number(count) - k) * intervalMs
    world.clock.set(startedAtMs)
    const previous = previousStartedAtMs === undefined ? {} : { previousStartedAtMs }
    const record = await world.engine.executeOnce(world.rule, { startedAtMs, ...previous })
    world.executions.push(record)
    if (record.status === 'failed') return
    previousStartedAtMs = startedAtMs
  }
}

async function takeStep(world: CaseWorld, step: JsonObject): Promise<void> {
  const action = textOf(step['do'])
  switch (action) {
    case 'index':
      return world.index(step)
    case 'scheduled_run': {
      const startedAtMs = timeOf(step, 'at')
      world.clock.set(startedAtMs)
      world.executions.push(await world.engine.executeOnce(world.rule, { startedAtMs }))
      return
    }
    case 'manual_run':
      return manualRun(world, step)
    case 'set_workflow_status':
      return setStatus(world, step)
    default:
      throw new Error(`step [${action}] is not known`)
  }
}

async function manualRun(world: CaseWorld, step: JsonObject): Promise<void> {
  const stretch = { startMs: timeOf(step, 'start'), endMs: timeOf(step, 'end') }
  const starts = manualStartsOf(world.rule.rule, stretch)
  if (!starts.ok) throw new Error(starts.error)
  // Nobody runs what has not happened yet.
  const all = [...startsIn([starts.value])]
  world.clock.set(Math.max(world.clock.nowMs(), all.at(-1) ?? 0))
  for (const startedAtMs of all) {
    const at = { startedAtMs, kind: 'manual' as const }
    const record: ExecutionRecord = await world.engine.executeOnce(world.rule, at)
    world.executions.push(record)
  }
}

async function setStatus(world: CaseWorld, step: JsonObject): Promise<void> {
  const status = (['open', 'acknowledged', 'closed'] as const).find((s) => s === step['status'])
  if (status === undefined) throw new Error(`status ${textOf(step['status'])} is not known`)
  const { which = 'all' } = step
  const { alerts } = await findingsOf(world)
  const ids = world.alertIds.filter((_, i) => {
    if (which === 'all') return true
    if (typeof which === 'number') return which === i
    const wanted = Object.entries(objectOf(which))
    if (wanted.length === 0) throw new Error(`which ${JSON.stringify(which)} is not known`)
    return wanted.every(([name, value]) => holds(valueAt(alerts[i], name), value ?? null))
  })
  await world.engine.alerts.changeStatus(ids, { status, atMs: world.clock.nowMs() })
}

async function findingsOf(world: CaseWorld, fromExecution = 0): Promise<CaseFindings> {
  const stored = await Promise.all(world.alertIds.map((id) => world.engine.alerts.get(id)))
  return {
    alerts: stored.flatMap((alert) => (alert === undefined ? [] : [alert.body])),
    executions: world.executions.slice(fromExecution),
  }
}

function timeOf(part: JsonObject, key: string): number {
  const ms = parseDate(textOf(part[key]))
  if (ms === undefined) throw new Error(`${key} [${textOf(part[key])}] is no date`)
  return ms
}

/** Kinds of refusal that cases name, and how ours are told; any refusal meets a kind that is not listed. */
const refusals: { readonly [kind: string]: RegExp } = {
  history_window_not_earlier_than_from: /history/,
  new_terms_fields_1_to_3: /new_terms_fields|new-terms-fields/,
}

function refusal(kind: string, diagnostics: readonly Diagnostic[]): readonly Difference[] {
  const told = diagnostics.map(({ code, origin = '', message }) => `${code} ${origin} ${message}`)
  const pattern = refusals[kind] ?? /./
  if (told.some((each) => pattern.test(each))) return []
  return [{ what: 'validation_error', expected: kind, found: told }]
}
