import type { JsonObject } from '#base'
import { exceptionItemToWire, exceptionListToWire, type InstalledRule } from '#rule'
import type { Answer } from '../http/exchange.ts'
import { flagIn, ok, type KibanaRoute, type KibanaWorld } from './call.ts'
import { refused } from './error.ts'
import { objectsOf, ruleResponse } from './rule-wire.ts'

/** `_export`: rules with their exception lists and connectors, one JSON object a line. */
export const ruleExportRoutes: readonly KibanaRoute[] = [
  {
    method: 'POST',
    path: '/api/detection_engine/rules/_export',
    isReading: true,
    async answer(call) {
      const body = (await call.body()) ?? null
      const { found, missing } = await chosenRules(call.world, Object(body)['objects'])
      const text = await exportText(call.world, {
        rules: found,
        missing,
        withDetails: !flagIn(call.query, 'exclude_export_details'),
      })
      return ndjsonFile(text, call.query.get('file_name') ?? 'export.ndjson')
    },
  },
]

async function chosenRules(
  { rules }: KibanaWorld,
  objects: unknown,
): Promise<{ readonly found: readonly InstalledRule[]; readonly missing: readonly string[] }> {
  if (objects === undefined || objects === null) return { found: await rules.list(), missing: [] }
  if (!Array.isArray(objects)) throw refused('objects: expected array')
  const found: InstalledRule[] = []
  const missing: string[] = []
  for (const object of objectsOf(objects)) {
    const { rule_id: ruleId } = object
    if (typeof ruleId !== 'string') throw refused('objects: each names a rule_id')
    const rule = await rules.byRuleId(ruleId)
    if (rule === undefined) missing.push(ruleId)
    else found.push(rule)
  }
  return { found, missing }
}

/** The lines of an export, with Kibana's line of counts at the end if it is wanted. */
export async function exportText(
  world: Pick<KibanaWorld, 'exceptions' | 'connectors'>,
  {
    rules,
    missing,
    withDetails,
  }: {
    readonly rules: readonly InstalledRule[]
    readonly missing: readonly string[]
    readonly withDetails: boolean
  },
): Promise<string> {
  const { lists, items, missingLists } = await exceptionsOf(world, rules)
  const { connectors, missingConnectors } = await connectorsOf(world, rules)
  const lines: readonly JsonObject[] = [
    ...rules.map(ruleResponse),
    ...lists,
    ...items,
    ...connectors,
  ]
  const details: JsonObject = {
    exported_count: lines.length,
    exported_rules_count: rules.length,
    missing_rules: missing.map((ruleId) => ({ rule_id: ruleId })),
    missing_rules_count: missing.length,
    exported_exception_list_count: lists.length,
    exported_exception_list_item_count: items.length,
    missing_exception_list_item_count: 0,
    missing_exception_list_items: [],
    missing_exception_lists: missingLists.map((listId) => ({ list_id: listId })),
    missing_exception_lists_count: missingLists.length,
    exported_action_connector_count: connectors.length,
    missing_action_connection_count: missingConnectors.length,
    missing_action_connections: missingConnectors.map((id) => ({ id, type: 'action' })),
    excluded_action_connection_count: 0,
    excluded_action_connections: [],
  }
  return [...lines, ...(withDetails ? [details] : [])]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('')
}

async function exceptionsOf(
  { exceptions }: Pick<KibanaWorld, 'exceptions'>,
  rules: readonly InstalledRule[],
) {
  const listIds = new Set(
    rules.flatMap(({ rule }) => rule.exceptionsList.map(({ listId }) => listId)),
  )
  const lists: JsonObject[] = []
  const items: JsonObject[] = []
  const missingLists: string[] = []
  for (const listId of listIds) {
    const list = await exceptions.list(listId)
    if (list === undefined) missingLists.push(listId)
    else {
      lists.push(exceptionListToWire(list))
      items.push(...(await exceptions.items(listId)).map(exceptionItemToWire))
    }
  }
  return { lists, items, missingLists }
}

async function connectorsOf(
  { connectors: shelf }: Pick<KibanaWorld, 'connectors'>,
  rules: readonly InstalledRule[],
) {
  const ids = new Set(
    rules.flatMap(({ rule }) => rule.actions.map((action) => String(action['id'] ?? ''))),
  )
  const connectors: JsonObject[] = []
  const missingConnectors: string[] = []
  for (const id of ids) {
    const connector = await shelf.get(id)
    if (connector === undefined) missingConnectors.push(id)
    else connectors.push(connector)
  }
  return { connectors, missingConnectors }
}

/** An answer that is a file of lines. */
export function ndjsonFile(text: string, fileName: string): Answer {
  const safe = fileName.replaceAll(/[^\w.-]/g, '_').slice(0, 200)
  return {
    ...ok(null),
    body: text,
    contentType: 'application/ndjson',
    headers: { 'content-disposition': `attachment; filename="${safe}"` },
  }
}
