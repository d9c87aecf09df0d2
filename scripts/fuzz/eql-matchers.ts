import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import { ecsCatalogue } from '#event'
import {
  compileFilter,
  eql,
  evaluateFilter,
  planFields,
  type EqlStatement,
  type FilterPlan,
} from '#query'
import { eqlInputs } from './eql-inputs.ts'
import type { FuzzTarget } from './fuzz.ts'
import { oneOf, type Draw } from './random.ts'

/** A statement, and documents that have its fields and values that are near to its own. */
interface MatcherInput {
  readonly text: string
  readonly statement: EqlStatement
  readonly documents: readonly JsonObject[]
}

const context = { fields: ecsCatalogue(), nowMs: 1_700_000_000_000 }

/** Lowering, compiling and matching; over small documents the slow reference must say the same. */
export function eqlMatchers(draw: Draw, seeds: readonly string[]): FuzzTarget<MatcherInput> {
  const nextText = eqlInputs(draw, seeds)
  let [matched, unmatched, compared] = [0, 0, 0]
  return {
    next() {
      for (;;) {
        const text = nextText()
        const parsed = eql.parse(text)
        if (!parsed.ok || text.length > 20_000) continue
        const [filter] = filtersOf(parsed.value)
        const documents = Array.from({ length: 3 }, () => documentFor(filter, draw))
        return { text, statement: parsed.value, documents }
      }
    },
    work({ statement, documents }) {
      for (const filter of filtersOf(statement)) {
        const matches = compileFilter(filter, context)
        for (const document of documents) matches(document)
      }
    },
    judge({ statement, documents }) {
      const [filter] = filtersOf(statement)
      if (filter === undefined) return 'has no stage'
      const matches = compileFilter(filter, context)
      for (const document of documents) {
        const found = matches(document)
        if (found) matched++
        else unmatched++
        if (JSON.stringify(document).length + JSON.stringify(filter).length > 4_000) continue
        compared++
        if (evaluateFilter(filter, document, context) !== found) return 'is matched otherwise'
      }
      return undefined
    },
    shown: ({ text, documents }) => `${text} of ${JSON.stringify(documents).slice(0, 1_000)}`,
    counts: () => ({ matched, unmatched, comparedWithReference: compared }),
  }
}

function filtersOf(statement: EqlStatement): readonly FilterPlan[] {
  const plan = eql.lower(statement, context)
  if (plan.kind === 'events') return [plan.filter]
  return [...new Set(plan.stages.map(({ filter }) => filter))]
}

function documentFor(filter: FilterPlan | undefined, draw: Draw): JsonObject {
  if (filter === undefined) return {}
  const textsOfFields = new Map<string, string[]>()
  collectTexts(JSON.parse(JSON.stringify(filter)), textsOfFields)
  const all = [...textsOfFields.values()].flat()
  const document: { [name: string]: JsonValue } = {}
  for (const name of planFields(filter)) {
    if (draw(8) === 0) continue
    const own = textsOfFields.get(name) ?? []
    const value = valueNear(own.length === 0 || draw(8) === 0 ? all : own, draw, 0)
    const dot = name.lastIndexOf('.')
    if (draw(3) === 0 || dot < 0) document[name] = value
    else document[name.slice(0, dot)] = { [name.slice(dot + 1)]: value }
  }
  return document
}

/** The constants of a plan by the fields that they are compared with; of a glob the text without wildcards. */
function collectTexts(node: JsonValue, into: Map<string, string[]>): void {
  if (typeof node !== 'object' || node === null) return
  const {
    field = null,
    literal = null,
    values = null,
    glob = null,
  } = isJsonObject(node) ? node : {}
  if (isJsonObject(field) && typeof field['name'] === 'string') {
    const own = into.get(field['name']) ?? []
    into.set(field['name'], own)
    const parts = Array.isArray(glob) ? glob.map((part: JsonValue) => textIn(part, 'text')) : []
    own.push(...[textIn(literal, 'value'), parts.join('')].filter((text) => text !== ''))
    if (Array.isArray(values)) own.push(...values.map(String))
  }
  for (const below of Object.values(node)) collectTexts(below, into)
}

function textIn(node: JsonValue, member: string): string {
  return isJsonObject(node) ? String(node[member] ?? '') : ''
}

function valueNear(texts: readonly string[], draw: Draw, depth: number): JsonValue {
  const text = texts.length === 0 ? 'x' : oneOf(draw, texts)
  switch (draw(depth === 0 ? 24 : 20)) {
    case 4:
      return draw(2) === 0 ? text.toUpperCase() : `${text}\u0130${text}`
    case 5:
      return oneOf(draw, ['/usr/bin/', 'C:\\', 'x']) + text + oneOf(draw, ['.exe', ' -e', ''])
    case 6:
      return oneOf<JsonValue>(draw, [0, 1, -1, 5, 1.5, 1e300, 2 ** 53, Number(text) || 7])
    case 7:
      return oneOf<JsonValue>(draw, [true, false, null, '', {}, []])
    case 8:
      return oneOf(draw, ['10.0.0.1', '::1', '2024-06-15T12:00:00Z', '1.2.3', '0x1f', '-12'])
    case 9:
      // Rarely very long.
      return text.repeat(draw(50) === 0 ? Math.ceil(20_000 / (text.length + 1)) : 3)
    case 20:
      return { [text.slice(0, 5)]: valueNear(texts, draw, depth + 1) }
    case 21:
    case 22:
    case 23: {
      const length = draw(100) === 0 ? 1_000 : draw(5)
      return Array.from({ length }, () => valueNear(texts, draw, depth + 1))
    }
    default:
      return text
  }
}
