import type { JsonObject } from '#base'
import { emptyCatalogue, withMappings } from '#event'
import { compileFilter, languageOf } from '#query'
import { ruleToWire, severities, type InstalledRule } from '#rule'
import {
  invalidRequest,
  ok,
  pageAsked,
  pageOf,
  type KibanaRoute,
  type KibanaWorld,
} from './call.ts'
import { refused } from './error.ts'
import { ruleResponse } from './rule-wire.ts'

/** Lists of rules, and of what they have in common. */
export const ruleFindRoutes: readonly KibanaRoute[] = [
  {
    method: 'GET',
    path: '/api/detection_engine/rules/_find',
    async answer({ world, query }) {
      const asked = pageAsked(query)
      const found = await rulesOfQuery(world, query.get('filter') ?? '')
      const sorted = sortedRules(found, query.get('sort_field'), query.get('sort_order'))
      return ok({
        page: asked.page,
        perPage: asked.perPage,
        total: found.length,
        data: pageOf(sorted, asked).map(ruleResponse),
      })
    },
  },
  {
    method: 'GET',
    path: '/api/detection_engine/tags',
    async answer({ world }) {
      const tags = new Set((await world.rules.list()).flatMap(({ rule }) => rule.tags))
      return ok([...tags].toSorted())
    },
  },
]

const fields = withMappings(emptyCatalogue(), {
  'alert.attributes.name': { type: 'text', fields: { keyword: 'keyword' } },
  'alert.attributes.createdAt': 'date',
  'alert.attributes.updatedAt': 'date',
})

/** The rules that a KQL text about `alert.attributes.…` means, by name. Faults: `invalid`. */
export async function rulesOfQuery(
  { rules, clock }: KibanaWorld,
  query: string,
): Promise<readonly InstalledRule[]> {
  const all = await rules.list()
  if (query.trim() === '') return all
  const parsed = languageOf('kuery')?.parse(query)
  if (parsed === undefined) return all
  if (!parsed.ok) {
    throw refused(`KQLSyntaxError: ${parsed.error.map(({ message }) => message).join('; ')}`)
  }
  const matches = compileFilter(parsed.value, { fields, nowMs: clock.nowMs() })
  return all.filter((rule) => matches({ alert: { attributes: attributesOf(rule) } }))
}

/** A rule as Kibana's saved objects have it, which is what filters speak of. */
function attributesOf(installed: InstalledRule): JsonObject {
  const { rule, createdAt, createdBy, updatedAt, updatedBy, immutable, uuid } = installed
  const params = Object.fromEntries(
    Object.entries(ruleToWire(rule)).map(([name, value]) => [camelCase(name), value]),
  )
  const { name, enabled, tags, interval } = rule
  return {
    id: uuid,
    name,
    enabled,
    tags,
    consumer: 'siem',
    schedule: { interval },
    createdAt,
    createdBy,
    updatedAt,
    updatedBy,
    params: {
      ...params,
      immutable,
      ruleSource: { type: immutable ? 'external' : 'internal' },
    },
  }
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

type SortKey = (rule: InstalledRule) => string | number

const sortKeys: { readonly [name: string]: SortKey } = {
  name: ({ rule }) => rule.name.toLowerCase(),
  enabled: ({ rule }) => (rule.enabled ? 1 : 0),
  created_at: ({ createdAt }) => createdAt,
  createdAt: ({ createdAt }) => createdAt,
  updated_at: ({ updatedAt }) => updatedAt,
  updatedAt: ({ updatedAt }) => updatedAt,
  risk_score: ({ rule }) => rule.riskScore,
  riskScore: ({ rule }) => rule.riskScore,
  severity: ({ rule }) => severities.indexOf(rule.severity),
  version: ({ rule }) => rule.version,
}

function sortedRules(
  rules: readonly InstalledRule[],
  field: string | null,
  order: string | null,
): readonly InstalledRule[] {
  if (field === null || field === '') return rules
  const keyOf = Object.hasOwn(sortKeys, field) ? sortKeys[field] : undefined
  if (keyOf === undefined) {
    const known = Object.keys(sortKeys).join(', ')
    throw invalidRequest('query', `sort_field: ${field} is not one of ${known}`)
  }
  const sign = order === 'asc' ? 1 : -1
  return rules.toSorted((a, b) => {
    const [left, right] = [keyOf(a), keyOf(b)]
    return left === right ? 0 : sign * (left < right ? -1 : 1)
  })
}
