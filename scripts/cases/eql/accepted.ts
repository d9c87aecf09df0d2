import type { Diagnostic, JsonObject } from '#base'
import type { FieldCatalogue } from '#event'
import { objectOf, objectsOf, textOf } from '../json.ts'
import { resultOf, type CaseResult } from '../outcome.ts'
import type { EqlLanguage } from './language.ts'
import { catalogueOf, mappingsOf } from './mapping.ts'

type EqlReader = Pick<EqlLanguage, 'parse' | 'check'>

/** Runs vectors of which texts are accepted and which are refused, and for what. */
export function acceptanceCases(eql: EqlReader, file: JsonObject): readonly CaseResult[] {
  const fields = catalogueOf(mappingsOf(objectOf(file['default_mapping'])))
  return [
    ...objectsOf(file['reject_parse']).map((test) => refused(test, { eql })),
    ...objectsOf(file['reject_semantic']).map((test) =>
      refused(test, { eql, fields: mappingFor(test, file) }),
    ),
    ...objectsOf(file['accept_parse']).map((test) => accepted(test, { eql })),
    ...objectsOf(file['accept_semantic']).map((test) => accepted(test, { eql, fields })),
  ]
}

interface Against {
  readonly eql: EqlReader
  /** Absent: the vector is about the text alone. */
  readonly fields?: FieldCatalogue
}

/** The fields that a vector means when it names a mapping in words. */
function mappingFor(test: JsonObject, file: JsonObject): FieldCatalogue {
  const words = textOf(test['mapping'])
  const standard = objectOf(file['default_mapping'])
  const { 'event.category': _, ...others } = standard
  const own: { readonly [words: string]: JsonObject } = {
    default: standard,
    'mapping without event.category': others,
    'object endgame.pid long': { ...standard, 'endgame.pid': 'long' },
    range: { ...standard, float_range_field: 'float_range' },
    'text without keyword sub-field': { ...standard, 'multi_field.english': 'text' },
  }
  const extra = objectOf(objectOf(file['extra_mappings'])[words])
  return catalogueOf(mappingsOf(own[words] ?? { ...standard, ...extra }))
}

function refused(test: JsonObject, against: Against): CaseResult {
  const { id, query } = test
  const errors = errorsIn(textOf(query), against)
  const words = [...textOf(test['error']).matchAll(namedFields)].flatMap(([, name]) => name ?? [])
  // Functions are named in lower case there, and as documented here.
  const told = errors.map(toldBy).join(' ').toLowerCase()
  const isTold = words.every((word) => told.includes(word.toLowerCase()))
  if (errors.length > 0 && isTold) return resultOf(textOf(id), [])
  const expected = test['error'] ?? test['reason'] ?? null
  return resultOf(textOf(id), [{ what: textOf(query), expected, found: errors.map(toldBy) }])
}

/** What the upstream message must share with ours: the unknown name, and the one that was meant. */
const namedFields = /(?:Unknown column|did you mean) \[(.*?)\]/g

function accepted(test: JsonObject, against: Against): CaseResult {
  const errors = errorsIn(textOf(test['query']), against)
  const found = errors.map(toldBy)
  const differences = [{ what: textOf(test['query']), expected: 'accepted', found }]
  return resultOf(textOf(test['id']), errors.length === 0 ? [] : differences)
}

/** What is wrong with a text; without fields only what is wrong whatever the mapping. */
function errorsIn(query: string, { eql, fields }: Against): readonly Diagnostic[] {
  const statement = eql.parse(query)
  if (!statement.ok) return statement.error
  if (fields === undefined) return []
  return eql
    .check(statement.value, fields, { unknownFields: 'error' })
    .filter(({ severity }) => severity === 'error')
}

function toldBy({ message, help = '' }: Diagnostic): string {
  return `${message} ${help}`
}
