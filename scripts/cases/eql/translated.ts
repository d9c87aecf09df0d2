import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import {
  compileFilter,
  evaluateFilter,
  throughPipes,
  type FilterPlan,
  type GlobPart,
  type MatchContext,
} from '#query'
import { elementsOf, objectOf, objectsOf, textOf } from '../json.ts'
import { resultOf, type CaseResult, type Difference } from '../outcome.ts'
import type { EqlLanguage } from './language.ts'
import { catalogueOf, mappingsOf } from './mapping.ts'

/**
 * Runs vectors of the filter that a condition stands for: ours must find the same documents as theirs,
 * among many that are made of the values which both name.
 */
export function translationCases(eql: EqlLanguage, file: JsonObject): readonly CaseResult[] {
  return [
    ...objectsOf(file['cases']).map((test) => translationCase(eql, test)),
    ...objectsOf(file['limits']).map((test) => limitCase(eql, test)),
  ]
}

/** Four values a field: each alone, and two together. */
const values: { readonly [field: string]: readonly JsonValue[] } = {
  process_name: [
    'test',
    'TEST',
    'tester',
    'best',
    'test*',
    'python.exe',
    'SMSS.exe',
    'notepad.exe',
    'NOTEPAD.EXE',
  ],
  serial_event_id: [3, 4, 5, 50, 82],
  exit_code: [0, 1, 2],
  user_name: ['root', 'Root', 'A', 'alpha', 'Alpha', 'Bc', 'bC'],
  process_path: ['x', 'yX', 'yx', 'ax', 'aX'],
  hostname: ['c', 'abc', 'abC', 'foo', 'a foo b', 'FOO'],
  bool: [true, false],
  file_name: ['', 'a', 'a.exe', 'long name.EXE', 'mid.txt'],
  source_address: ['10.6.48.157', '192.168.4.1', '172.16.0.1', '2001:db8::1', 'fe80::1'],
  command_line: ['net.exe', 'NET.exe', 'nEt.exe', 'net.exe x', 'nxt.eye', 'net.com', 'nt.exe'],
  user: ['a', 'bc', ''],
}

const fields = catalogueOf(
  mappingsOf({
    'event.category,process_name,user_name,process_path,command_line,user': 'keyword',
    'serial_event_id,exit_code': 'long',
    'hostname,file_name': 'text with keyword sub-field',
    bool: 'boolean',
    source_address: 'ip',
  }),
)

const context: MatchContext = { fields, nowMs: 0 }

function translationCase(eql: EqlLanguage, test: JsonObject): CaseResult {
  const query = textOf(test['query'])
  const statement = eql.parse(query)
  if (!statement.ok) {
    const found = statement.error.map(({ message }) => message)
    return resultOf(textOf(test['id']), [
      { what: query, expected: 'a query that is accepted', found },
    ])
  }
  const plan = eql.lower(statement.value, { fields, categoryField: 'event.category' })
  const filter = plan.kind === 'events' ? plan.filter : ({ kind: 'none' } as const)
  const matches = compileFilter(filter, context)
  const theirs = conditionOf(objectOf(test['condition']))
  const differences = documents.flatMap((document): readonly Difference[] => {
    const expected = document['event.category'] === 'process' && theirs(document)
    const found = matches(document)
    const evaluated = evaluateFilter(filter, document, context)
    if (found === expected && evaluated === expected) return []
    return [
      { what: `${query} of ${JSON.stringify(document)}`, expected, found: [found, evaluated] },
    ]
  })
  return resultOf(textOf(test['id']), differences.slice(0, 3))
}

const documents: readonly JsonObject[] = [...documentsOfFields()]

/** Documents of one field with one or two values, of two fields with one each, and of none. */
function* documentsOfFields(): Generator<JsonObject> {
  const category = { 'event.category': 'process' }
  yield category
  yield { 'event.category': 'file', process_name: 'test' }
  for (const [name, own] of Object.entries(values)) {
    for (const [i, value] of own.entries()) {
      yield { ...category, [name]: value }
      for (const other of own.slice(i + 1)) yield { ...category, [name]: [value, other] }
      for (const [otherName, others] of Object.entries(values)) {
        if (otherName <= name) continue
        for (const other of others) yield { ...category, [name]: value, [otherName]: other }
      }
    }
  }
}

type Test = (document: JsonObject) => boolean

/** Their condition, by the neutral notation of the file. */
function conditionOf(condition: JsonObject): Test {
  const [kind, body] = Object.entries(condition)[0] ?? []
  switch (kind) {
    case undefined:
      return () => true
    case 'all':
    case 'any': {
      const parts = objectsOf(body).map(conditionOf)
      return (document) =>
        kind === 'all'
          ? parts.every((part) => part(document))
          : parts.some((part) => part(document))
    }
    case 'not': {
      const inner = conditionOf(objectOf(body))
      return (document) => !inner(document)
    }
    case 'per_value_predicate': {
      const { field, meaning } = objectOf(body)
      return (document) => valuesOf(document, textOf(field)).some(predicateOf(textOf(meaning)))
    }
    default: {
      const [field, asked = null] = Object.entries(objectOf(body))[0] ?? ['']
      return compileFilter(leafOf({ kind, field, asked }), context)
    }
  }
}

function valuesOf(document: JsonObject, field: string): readonly string[] {
  const value = document[field.replace(/\.keyword$/, '')] ?? []
  return (Array.isArray(value) ? value : [value]).map(String)
}

function predicateOf(meaning: string): (value: string) => boolean {
  const [, op, number] = /length(?:\(value\))? (==|>|<) (\d+)/.exec(meaning) ?? []
  if (op === '==') return ({ length }) => length === Number(number)
  if (op === '>') return ({ length }) => length > Number(number)
  if (op === '<') return ({ length }) => length < Number(number)
  if (meaning.startsWith('substring(value,-4) : ".exe"'))
    return (value) => /^\.exe$/i.test(value.slice(-4))
  throw new Error(`predicate [${meaning}] is not known`)
}

interface Leaf {
  readonly kind: string
  readonly field: string
  readonly asked: JsonValue
}

function leafOf({ kind, field: name, asked }: Leaf): FilterPlan {
  const field = { kind: 'field', name } as const
  const { value = null, case_insensitive: caseless } = isJsonObject(asked) ? asked : {}
  const fold = caseless === true ? { caseless } : {}
  switch (kind) {
    case 'term':
      return { kind: 'match', field, literal: quoted(value), ...fold }
    case 'terms':
      return {
        kind: 'or',
        of: elementsOf(asked).map((each) => ({ kind: 'match', field, literal: quoted(each) })),
      }
    case 'wildcard':
      return { kind: 'glob', field, glob: globOf(textOf(value)), ...fold }
    case 'prefix':
      return { kind: 'glob', field, glob: [...globOf(textOf(value)), { kind: 'any-run' }], ...fold }
    case 'range':
      return {
        kind: 'and',
        of: Object.entries(objectOf(asked)).map(([op, bound]) => rangeOf(field, op, bound)),
      }
    default:
      throw new Error(`leaf [${kind}] is not known`)
  }
}

function rangeOf(
  field: { readonly kind: 'field'; readonly name: string },
  name: string,
  bound: JsonValue,
): FilterPlan {
  const op = (['gt', 'gte', 'lt', 'lte'] as const).find((each) => each === name)
  if (op === undefined) throw new Error(`range [${name}] is not known`)
  return { kind: 'range', field, op, value: typeof bound === 'number' ? bound : textOf(bound) }
}

function quoted(value: JsonValue) {
  const isLeaf = typeof value === 'number' || typeof value === 'boolean'
  return { value: isLeaf ? value : textOf(value), quoted: true }
}

function globOf(pattern: string): readonly GlobPart[] {
  return pattern.split(/([*?])/).flatMap((text): readonly GlobPart[] => {
    if (text === '*') return [{ kind: 'any-run' }]
    if (text === '?') return [{ kind: 'any-one' }]
    return text === '' ? [] : [{ kind: 'literal', text }]
  })
}

/** How many of very many results a query gives that asks for ten. */
function limitCase(eql: EqlLanguage, test: JsonObject): CaseResult {
  const what = textOf(test['query'])
  const statement = eql.parse(what)
  const { size: expected = null } = test
  const pipes = statement.ok ? statement.value.pipes : []
  const found = throughPipes(Array.from({ length: 1_000 }), pipes, 10).length
  return resultOf(`limit/${what}`, found === expected ? [] : [{ what, expected, found }])
}
