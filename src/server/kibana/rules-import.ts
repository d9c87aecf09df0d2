import { hasErrors, type JsonObject } from '#base'
import { checkRule, readRules, withoutInstallation, type Rule, type RuleFileReading } from '#rule'
import { importExceptions } from '../api/import-exceptions.ts'
import { importSavedQueries } from '../api/import-saved-queries.ts'
import { notHonouredOf } from '../api/not-honoured.ts'
import { flagIn, ok, type KibanaRoute, type KibanaWorld } from './call.ts'
import { kibanaOrigin, withSections } from './rules.ts'
import { uploadedBytes } from './upload.ts'

/** `_import`: a file of rules with their exceptions and connectors. */
export const ruleImportRoutes: readonly KibanaRoute[] = [
  {
    method: 'POST',
    path: '/api/detection_engine/rules/_import',
    async answer(call) {
      const { world, query } = call
      const { bytes, fileName } = await uploadedBytes(call)
      const reading = readRules(bytes, { path: fileName })
      const exceptions = await importExceptions(world, reading, {
        existing: flagIn(query, 'overwrite_exceptions') ? 'replace' : 'keep',
      })
      const connectors = await importConnectors(world, reading.others)
      const overwrite = flagIn(query, 'overwrite')
      const queries = await importSavedQueries(world, reading.others, {
        existing: overwrite ? 'replace' : 'keep',
        path: fileName,
      })
      const rules = await importRules(world, reading, { overwrite })
      const errors = [
        ...rules.errors,
        ...exceptions.errors,
        ...queries.diagnostics.map(({ message }) =>
          errorOf('(saved query)', { status: 400, message }),
        ),
      ]
      return ok({
        success: rules.errors.length === 0,
        success_count: rules.imported,
        rules_count: rules.imported + rules.errors.length,
        errors,
        exceptions_success: exceptions.errors.length === 0,
        exceptions_success_count: exceptions.imported,
        exceptions_errors: exceptions.errors,
        action_connectors_success: true,
        action_connectors_success_count: connectors,
        action_connectors_errors: [],
        action_connectors_warnings: [],
        not_honoured: rules.notHonoured,
      })
    },
  },
]

async function importConnectors(
  { connectors }: KibanaWorld,
  others: readonly JsonObject[],
): Promise<number> {
  let kept = 0
  for (const other of others) {
    if (other['type'] === 'action' && (await connectors.keep(other))) kept++
  }
  return kept
}

interface RulesImported {
  imported: number
  readonly errors: JsonObject[]
  readonly notHonoured: JsonObject[]
}

async function importRules(
  world: KibanaWorld,
  reading: RuleFileReading,
  { overwrite }: { readonly overwrite: boolean },
): Promise<RulesImported> {
  const outcome: RulesImported = { imported: 0, errors: unreadable(reading), notHonoured: [] }
  for (const read of reading.rules) {
    const rule = { ...read, unknown: withoutInstallation(read.unknown) }
    const message = await importRule(world, rule, { overwrite })
    if (message === undefined) outcome.imported++
    else outcome.errors.push(errorOf(rule.ruleId, message))
    if (message === undefined) outcome.notHonoured.push(...(await notHonouredOf(world, rule)))
  }
  return outcome
}

/** What keeps a rule from being imported, if anything does. */
async function importRule(
  world: KibanaWorld,
  rule: Rule,
  { overwrite }: { readonly overwrite: boolean },
): Promise<{ readonly status: number; readonly message: string } | undefined> {
  const { rules, fields, clock } = world
  const found = checkRule(rule, { nowMs: clock.nowMs(), fields })
  if (hasErrors(found)) {
    const told = found.filter(({ severity }) => severity === 'error')
    return { status: 400, message: told.map(({ message }) => message).join('; ') }
  }
  const origin = { ...kibanaOrigin, imported: true }
  const before = await rules.byRuleId(rule.ruleId)
  if (before === undefined) await rules.install(rule, origin)
  else if (overwrite) await rules.update(before.uuid, withSections(rule, before.rule), origin)
  else {
    await rules.offer(before.uuid, rule, origin)
    return { status: 409, message: `rule_id: "${rule.ruleId}" already exists` }
  }
  return undefined
}

function errorOf(
  ruleId: string,
  { status, message }: { readonly status: number; readonly message: string },
): JsonObject {
  return { rule_id: ruleId, error: { status_code: status, message } }
}

/** Lines that are no rule: what they would have been called is not known. */
function unreadable({ diagnostics }: RuleFileReading): JsonObject[] {
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ message, line }) =>
      errorOf('(unknown id)', { status: 400, message: `line ${line}: ${message}` }),
    )
}
