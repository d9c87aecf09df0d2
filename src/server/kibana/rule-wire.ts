import { randomUUID } from 'node:crypto'
import { hasErrors, isJsonObject, type JsonObject, type JsonValue } from '#base'
import {
  checkRule,
  installedRuleToWire,
  ruleFromWire,
  withoutInstallation,
  type InstalledRule,
  type Rule,
} from '#rule'
import { invalidRequest, type KibanaWorld } from './call.ts'
import { missing, refused } from './error.ts'

/** An installed rule as Kibana tells it. */
export function ruleResponse(installed: InstalledRule): JsonObject {
  const { file_sections: _sections, ...wire } = installedRuleToWire(installed)
  const { immutable } = installed
  const source = immutable
    ? { type: 'external', is_customized: false, customized_fields: [], has_base_version: false }
    : { type: 'internal' }
  return { ...wire, rule_source: source }
}

/** A rule of a request. Faults: `invalid`, with everything that is wrong. */
export function ruleOfBody(body: JsonObject, world: KibanaWorld): Rule {
  const { rule, diagnostics } = ruleFromWire(body, {
    defaultRuleId: String(body['rule_id'] ?? randomUUID()),
  })
  if (rule === undefined) {
    const told = diagnostics.filter(({ severity }) => severity === 'error')
    const texts = told.map(({ origin = 'rule', message }) => `${origin}: ${message}`)
    throw invalidRequest('body', texts.join(', '))
  }
  const found = checkRule(rule, { nowMs: world.clock.nowMs(), fields: world.fields })
  if (hasErrors(found)) {
    const told = found.filter(({ severity }) => severity === 'error')
    throw refused(told.map(({ message }) => message).join('; '))
  }
  return { ...rule, unknown: withoutInstallation(rule.unknown) }
}

/** What names a rule in a request: its uuid or its rule_id. */
export interface RuleName {
  readonly id: string | undefined
  readonly ruleId: string | undefined
}

/** The rule of a name. Faults: `not-found`, and `invalid` where nothing is named. */
export async function namedRule(
  { rules }: KibanaWorld,
  { id, ruleId }: RuleName,
): Promise<InstalledRule> {
  if (id === undefined && ruleId === undefined) {
    throw refused('either "id" or "rule_id" must be set')
  }
  const found = id === undefined ? await rules.byRuleId(ruleId ?? '') : await rules.get(id)
  if (found !== undefined) return found
  throw missing(id === undefined ? `rule_id: "${ruleId}" not found` : `id: "${id}" not found`)
}

/** The name of a rule in a query string. */
export function nameInQuery(query: URLSearchParams): RuleName {
  return { id: query.get('id') ?? undefined, ruleId: query.get('rule_id') ?? undefined }
}

/** The name of a rule in a body. */
export function nameInBody(body: JsonObject): RuleName {
  return { id: textOf(body['id']), ruleId: textOf(body['rule_id']) }
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Elements that are objects. */
export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((each) => isJsonObject(each)) : []
}
