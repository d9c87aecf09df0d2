import type { JsonValue } from '#base'
import type { OtherParams } from '../rule.ts'
import { extrasOf } from './unknown-members.ts'
import { readDuration, readSuppression } from './suppression.ts'
import type { WireReader } from './wire-reader.ts'

type OtherType = OtherParams['type']

/** Checks one member; its value is kept as written. */
interface Member {
  readonly required: boolean
  readonly check: (reader: WireReader, key: string) => unknown
}

const text: Member = { required: false, check: (reader, key) => reader.text(key) }
const texts: Member = { required: false, check: (reader, key) => reader.texts(key) }
const values: Member = { required: false, check: (reader, key) => reader.jsons(key) }
const suppression: Member = { required: false, check: readSuppression }
const languageOf = (...languages: readonly string[]): Member => ({
  required: false,
  check: (reader, key) => reader.choice(key, languages),
})
const required = (member: Member): Member => ({ ...member, required: true })

const source = { index: texts, data_view_id: text, filters: values }
const filterLanguage = languageOf('kuery', 'lucene')

const membersByType: { readonly [Type in OtherType]: { readonly [key: string]: Member } } = {
  saved_query: {
    saved_id: required(text),
    query: text,
    language: filterLanguage,
    ...source,
    alert_suppression: suppression,
  },
  threshold: {
    query: required(text),
    language: filterLanguage,
    threshold: required({ required: true, check: checkThreshold }),
    saved_id: text,
    ...source,
    alert_suppression: { required: false, check: checkDurationOnly },
  },
  eql: {
    query: required(text),
    language: required(languageOf('eql')),
    event_category_override: text,
    tiebreaker_field: text,
    timestamp_field: text,
    ...source,
    alert_suppression: suppression,
  },
  esql: {
    query: required(text),
    language: required(languageOf('esql')),
    alert_suppression: suppression,
  },
  machine_learning: {
    machine_learning_job_id: required({ required: true, check: checkTextOrTexts }),
    anomaly_threshold: required({
      required: true,
      check: (reader, key) => reader.integer(key, { min: 0, max: 100 }),
    }),
    alert_suppression: suppression,
  },
}

/** Wire names of what rules of these types say beyond the envelope. */
export const otherTypeMembers = {
  saved_query: Object.keys(membersByType.saved_query),
  threshold: Object.keys(membersByType.threshold),
  eql: Object.keys(membersByType.eql),
  esql: Object.keys(membersByType.esql),
  machine_learning: Object.keys(membersByType.machine_learning),
}

/** The members of a rule of a type that does not run yet: checked, and kept as written. */
export function readOther(reader: WireReader, type: OtherType): OtherParams {
  const kept: [string, JsonValue][] = []
  for (const [key, member] of Object.entries(membersByType[type])) {
    if (member.required) reader.requires(key)
    member.check(reader, key)
    const value = reader.json(key)
    if (value !== undefined) kept.push([key, value])
  }
  return { type, wire: Object.fromEntries(kept) }
}

function checkThreshold(reader: WireReader, key: string): void {
  const threshold = reader.object(key)
  if (threshold === undefined) return
  for (const each of ['field', 'value']) threshold.requires(each)
  checkTextOrTexts(threshold, 'field')
  threshold.integer('value', { min: 1 })
  for (const cardinality of threshold.objects('cardinality') ?? []) {
    for (const each of ['field', 'value']) cardinality.requires(each)
    cardinality.text('field', { filled: true })
    cardinality.integer('value', { min: 0 })
    extrasOf(cardinality, ['field', 'value'])
  }
  extrasOf(threshold, ['field', 'value', 'cardinality'])
}

function checkDurationOnly(reader: WireReader, key: string): void {
  const wire = reader.object(key)
  if (wire === undefined) return
  wire.requires('duration')
  readDuration(wire)
  extrasOf(wire, ['duration'])
}

function checkTextOrTexts(reader: WireReader, key: string): void {
  if (typeof reader.json(key) === 'string') reader.text(key)
  else reader.texts(key)
}
