import { Fault, type JsonObject, type JsonValue } from '#base'
import { compileDocumentFilter } from '#detect'
import { ecsCatalogue } from '#event'
import { evaluateFilter } from '#query'
import type { FoundDocument } from '../../src/server/search/found-document.ts'
import { withKeywordFields } from '../../src/server/search/keyword-fields.ts'
import { openBudget } from '../../src/server/search/limits.ts'
import { readSearch } from '../../src/server/search/read/read-search.ts'
import type { FuzzTarget } from './fuzz.ts'
import { oneOf, type Draw } from './random.ts'

const fields = withKeywordFields(ecsCatalogue())
const context = { fields, nowMs: Date.UTC(2026, 10, 24, 12) }
const noQuery = new URLSearchParams()

/** Bodies of searches: each is read or refused in words, and what is read finds what the slow reference finds. */
export function searchBodies(draw: Draw): FuzzTarget<JsonObject> {
  let [read, refused, matched, unmatched, summed] = [0, 0, 0, 0, 0]
  const plan = (body: JsonObject) =>
    readSearch(body, noQuery, { fields, nowMs: context.nowMs, budget: openBudget() })
  /** Undefined where it is refused. */
  const planOf = (body: JsonObject) => {
    try {
      return plan(body)
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.kind === 'invalid' && thrown.message !== '')
        return undefined
      throw thrown
    }
  }
  return {
    next: () => bodyOf(draw),
    work: (body) => void planOf(body),
    judge(body) {
      const found = planOf(body)
      if (found === undefined) {
        refused++
        return undefined
      }
      read++
      const matches = compileDocumentFilter(found.filter, context)
      const tally = found.aggregations()
      for (const document of documents) {
        const isMeant = matches(document)
        if (isMeant) matched++
        else unmatched++
        const whole = { ...document.source, _id: document.id, _index: document.index }
        if (evaluateFilter(found.filter, whole, context) !== isMeant)
          return `is matched otherwise in ${document.id}`
        if (isMeant) tally.add(document)
      }
      try {
        if (JSON.stringify(tally.result()) === undefined) return 'sums up to nothing'
        summed++
      } catch (thrown) {
        if (!(thrown instanceof Fault) || thrown.kind !== 'invalid') throw thrown
      }
      return undefined
    },
    shown: (body) => JSON.stringify(body),
    counts: () => ({ read, refused, matched, unmatched, summed }),
  }
}

const documents: readonly FoundDocument[] = [
  {
    index: 'logs-a-default',
    id: 'a',
    place: 1,
    source: {
      '@timestamp': '2026-11-24T11:00:00Z',
      process: { name: 'docker', args: ['run', '--privileged'], pid: 7 },
      message: 'A container was started',
    },
  },
  {
    index: 'logs-b-default',
    id: 'b',
    place: 2,
    source: {
      '@timestamp': '2026-11-20',
      'process.name': 'sh',
      host: { ip: ['10.0.0.1', '::1'] },
      own: [1, 'x', true, null],
    },
  },
  { index: 'app', id: 'c', place: 3, source: { own: 'y', message: '' } },
]

const names = [
  'process.name',
  'process.pid',
  'process.args',
  '@timestamp',
  'message',
  'host.ip',
  'own',
  'own.keyword',
  '_id',
  '_index',
  'a.b',
  'process.*',
  '',
  '__proto__',
]
const texts = [
  'docker',
  'sh',
  'run container',
  'd*',
  'a?b',
  '(',
  'a AND (b',
  '"x',
  'a~2',
  '2026-11-24',
  'now-1d/d',
  '10.0.0.0/8',
  '[0-9]+',
  '\\',
  '*',
  'x'.repeat(50),
  '\ud800',
  '+a -b | c',
  '75%',
  '1d',
  '1M',
  'Europe/Vienna',
]
const clauseNames = [
  'match_all',
  'match_none',
  'term',
  'terms',
  'match',
  'match_phrase',
  'multi_match',
  'range',
  'exists',
  'wildcard',
  'prefix',
  'regexp',
  'ids',
  'query_string',
  'simple_query_string',
  'nested',
  'constant_score',
  'dis_max',
  'boosting',
  'fuzzy',
  'query',
]
const aggregationNames = [
  'terms',
  'composite',
  'date_histogram',
  'histogram',
  'filter',
  'filters',
  'missing',
  'min',
  'max',
  'avg',
  'sum',
  'stats',
  'value_count',
  'cardinality',
  'top_hits',
  'strange',
]

function scalar(draw: Draw): JsonValue {
  return oneOf<() => JsonValue>(draw, [
    () => oneOf(draw, texts),
    () => oneOf(draw, names),
    () => oneOf(draw, [0, 1, -1, 1.5, 1e300, 7, 10_000, 2 ** 53]),
    () => oneOf<JsonValue>(draw, [true, false, null, {}, []]),
  ])()
}

/** Anything, for where something else is expected. */
function anything(draw: Draw, depth: number): JsonValue {
  if (depth > 4 || draw(3) > 0) return scalar(draw)
  if (draw(2) === 0) return Array.from({ length: draw(4) }, () => anything(draw, depth + 1))
  return Object.fromEntries(
    Array.from({ length: draw(3) }, () => [
      oneOf(draw, [...names, ...clauseNames, 'query', 'value', 'field', 'size']),
      anything(draw, depth + 1),
    ]),
  )
}

function sometimes(draw: Draw, members: { readonly [name: string]: () => JsonValue }): JsonObject {
  const chosen = Object.entries(members).filter(() => draw(3) === 0)
  return Object.fromEntries(chosen.map(([name, make]) => [name, make()]))
}

function clause(draw: Draw, depth: number): JsonValue {
  if (draw(40) === 0) return anything(draw, depth)
  const list = (): JsonValue =>
    draw(8) === 0
      ? clause(draw, depth + 1)
      : Array.from({ length: draw(4) }, () => clause(draw, depth + 1))
  if (depth < 5 && draw(3) === 0) {
    return {
      bool: sometimes(draw, {
        must: list,
        filter: list,
        should: list,
        must_not: list,
        minimum_should_match: () => oneOf<JsonValue>(draw, [0, 1, 2, -1, '50%', '3<90%', 'x']),
      }),
    }
  }
  const kind = oneOf(draw, clauseNames)
  const options = () =>
    sometimes(draw, {
      query: () => scalar(draw),
      value: () => scalar(draw),
      gte: () => scalar(draw),
      lt: () => scalar(draw),
      operator: () => oneOf(draw, ['and', 'or', 'x']),
      case_insensitive: () => true,
      field: () => oneOf(draw, names),
      fields: () => [oneOf(draw, names)],
      values: () => [scalar(draw)],
      default_operator: () => oneOf(draw, ['AND', 'or']),
      type: () => oneOf(draw, ['phrase', 'best_fields']),
      path: () => oneOf(draw, names),
      filter: () => clause(draw, depth + 1),
      queries: () => [clause(draw, depth + 1)],
    })
  if (
    [
      'term',
      'terms',
      'match',
      'match_phrase',
      'range',
      'wildcard',
      'prefix',
      'regexp',
      'fuzzy',
    ].includes(kind)
  ) {
    const value =
      kind === 'range' || draw(3) === 0
        ? options()
        : kind === 'terms'
          ? [scalar(draw), scalar(draw)]
          : scalar(draw)
    return { [kind]: { [oneOf(draw, names)]: value } }
  }
  return { [kind]: options() }
}

function aggregations(draw: Draw, depth: number): JsonObject {
  return Object.fromEntries(
    Array.from({ length: 1 + draw(2) }, (_, i) => [`a${i}`, aggregation(draw, depth)]),
  )
}

function aggregation(draw: Draw, depth: number): JsonValue {
  if (draw(40) === 0) return anything(draw, depth)
  const kind = oneOf(draw, aggregationNames)
  const own = sometimes(draw, {
    size: () => oneOf<JsonValue>(draw, [0, 1, 3, 2 ** 31 - 1, '5', -1]),
    missing: () => scalar(draw),
    order: () => ({ [oneOf(draw, ['_count', '_key', 'a0'])]: oneOf(draw, ['asc', 'desc']) }),
    include: () => scalar(draw),
    min_doc_count: () => oneOf(draw, [0, 1, 2]),
    time_zone: () => oneOf(draw, texts),
    offset: () => oneOf(draw, ['+6h', 'x']),
    sort: () => [scalar(draw)],
    interval: () => oneOf<JsonValue>(draw, [5, 0.1, 1e-300, 'x']),
    fixed_interval: () => oneOf(draw, ['1d', '5m', '1ms', '0s']),
    calendar_interval: () => oneOf(draw, ['day', '1M', 'x']),
    after: () => ({ s: scalar(draw) }),
  })
  const field = draw(12) === 0 ? {} : { field: oneOf(draw, names) }
  const body: JsonValue =
    kind === 'filter'
      ? clause(draw, 3)
      : kind === 'filters'
        ? { filters: { x: clause(draw, 3), y: clause(draw, 3) } }
        : kind === 'composite'
          ? {
              ...sometimes(draw, { size: () => 3, after: () => ({ s: scalar(draw) }) }),
              sources: [{ s: { terms: field } }],
            }
          : { ...(kind === 'top_hits' ? {} : field), ...(draw(2) === 0 ? own : {}) }
  return {
    [kind]: body,
    ...(depth < 12 && draw(3) === 0 && { aggs: aggregations(draw, depth + 1) }),
  }
}

function bodyOf(draw: Draw): JsonObject {
  return sometimes(draw, {
    query: () => clause(draw, 0),
    post_filter: () => clause(draw, 3),
    aggs: () => aggregations(draw, 0),
    sort: () => [
      oneOf<JsonValue>(draw, [
        oneOf(draw, names),
        { [oneOf(draw, names)]: oneOf(draw, ['asc', 'desc', 'x']) },
        '_doc',
        '_score',
      ]),
    ],
    size: () => (draw(4) === 0 ? scalar(draw) : draw(20)),
    _source: () =>
      oneOf<JsonValue>(draw, [true, 'a*', ['a', 'b.*'], { includes: ['*'] }, scalar(draw)]),
    fields: () => [oneOf(draw, names)],
    track_total_hits: () => (draw(4) === 0 ? scalar(draw) : draw(2) === 0),
    timeout: () => oneOf(draw, ['5s', '1m', 'x']),
    ...(draw(15) === 0 && { strange: () => scalar(draw), search_after: () => [scalar(draw)] }),
  })
}
