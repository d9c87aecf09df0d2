import type { Api } from '#api'
import { hasErrors, type Diagnostic } from '#base'
import type { RuleOrigin } from '#detect'
import { checkRule, readRules, ruleToWire, withoutInstallation, type Rule } from '#rule'
import type { ApiWorld } from './api-world.ts'
import { importExceptions } from './import-exceptions.ts'
import { importSavedQueries, isSavedQuery } from './import-saved-queries.ts'
import { notHonouredOf, type NotHonoured } from './not-honoured.ts'
import { plainDiagnostic } from './plain-diagnostic.ts'

type Request = Parameters<Api['importRules']>[0]['body']
type Imported = Awaited<ReturnType<Api['importRules']>>
type Conflict = NonNullable<Request['conflict']>

const origin: RuleOrigin = { user: 'api', imported: true }

/** Installs the rules of a text with their exceptions and connectors, and tells what will not be done here. */
export async function importRules(
  world: ApiWorld,
  { name, text, conflict = 'overwrite' }: Request,
): Promise<Imported> {
  const reading = readRules(new TextEncoder().encode(text), { path: name })
  const diagnostics: Diagnostic[] = [...reading.diagnostics]
  const existing = conflict === 'overwrite' ? 'merge' : 'keep'
  const exceptions = await importExceptions(world, reading, { existing })
  diagnostics.push(...exceptions.errors.map((refused) => exceptionDiagnostic(refused, name)))
  const queries = await importSavedQueries(world, reading.others, {
    existing: conflict === 'overwrite' ? 'replace' : 'keep',
    path: name,
  })
  diagnostics.push(...queries.diagnostics)
  for (const other of reading.others) {
    if (!isSavedQuery(other)) await world.connectors.keep(other)
  }
  const imported: Imported['imported'][number][] = []
  const notHonoured: NotHonoured[] = []
  for (const [at, rule] of reading.rules.entries()) {
    const locate = reading.locators[at]
    const found = checkRule(rule, {
      nowMs: world.clock.nowMs(),
      fields: world.fields,
      ...(locate !== undefined && { locate }),
    })
    diagnostics.push(...found)
    if (hasErrors(found)) continue
    const own = { ...rule, unknown: withoutInstallation(rule.unknown) }
    const outcome = await installOrUpdate(world, own, conflict)
    imported.push(outcome)
    if (outcome.change === 'refused') diagnostics.push(refusedDiagnostic(own, name))
    else notHonoured.push(...(await notHonouredOf(world, own)))
  }
  return {
    imported,
    saved_queries: queries.imported,
    not_honoured: notHonoured,
    diagnostics: diagnostics.map(plainDiagnostic),
  }
}

async function installOrUpdate(
  { rules }: ApiWorld,
  rule: Rule,
  conflict: Conflict,
): Promise<Imported['imported'][number]> {
  const { ruleId, name } = rule
  const before = await rules.byRuleId(ruleId)
  if (before === undefined) {
    const { uuid } = await rules.install(rule, origin)
    return { id: uuid, rule_id: ruleId, name, change: 'created' }
  }
  const { uuid, revision } = before
  // Whoever switched a rule on or off meant it beyond the next import.
  const { enabled, sections } = before.rule
  // An NDJSON file has no place for what stands beside a rule in TOML: that stays.
  const wanted = { ...(sections === undefined ? {} : { sections }), ...rule, enabled }
  const told = { id: uuid, rule_id: ruleId, name }
  if (conflict === 'overwrite') {
    const after = await rules.update(uuid, wanted, origin)
    return { ...told, change: after.revision === revision ? 'unchanged' : 'updated' }
  }
  if (JSON.stringify(ruleToWire(wanted)) === JSON.stringify(ruleToWire(before.rule))) {
    return { ...told, change: 'unchanged' }
  }
  await rules.offer(uuid, wanted, origin)
  return { ...told, change: conflict === 'skip' ? 'skipped' : 'refused' }
}

const nowhere = { start: 0, end: 0 }

function refusedDiagnostic({ ruleId, name }: Rule, path: string): Diagnostic {
  return {
    code: 'import.rule-exists',
    severity: 'error',
    message: `rule ${ruleId} (${name}) is installed with another text`,
    help: 'see what is different with `vedette rule diff`, then import it with --conflict overwrite or skip',
    span: nowhere,
    origin: path,
  }
}

function exceptionDiagnostic(refused: object, path: string): Diagnostic {
  const message = String(Reflect.get(Object(Reflect.get(refused, 'error')), 'message'))
  return {
    code: 'import.exception-kept',
    severity: 'warning',
    message,
    span: nowhere,
    origin: path,
  }
}
