import { familyOf } from '#event'
import { wordsOf } from '../match/words.ts'
import type { FieldSelector, FilterPlan } from '../plan/filter-plan.ts'
import { unsupported, type Reading } from './reading.ts'

/** What a text clause looks for, and in which of two ways its words are joined. */
export interface WantedWords {
  readonly value: string | number | boolean
  /** The words stand in a row. */
  readonly quoted: boolean
  /** `and`: each of several words must be there, where the field is one of words. */
  readonly operator: 'and' | 'or'
}

/** The plan of words looked for in one field. */
export function wordsPlan(
  field: FieldSelector,
  { value, quoted, operator }: WantedWords,
  reading: Reading,
): FilterPlan | undefined {
  const plain: FilterPlan = { kind: 'match', field, literal: { value, quoted } }
  if (quoted || operator === 'or') return plain
  const words = wordsOf(String(value))
  if (words.length < 2) return plain
  if (reading.fields === undefined || field.kind !== 'field') {
    return unsupported(reading, 'operator "and": write one match for each word')
  }
  const mapping = reading.fields.mappingOf(field.name)
  if (mapping === undefined || familyOf(mapping.type) !== 'text') return plain
  const of = words.map((word): FilterPlan => ({
    kind: 'match',
    field,
    literal: { value: word, quoted: false },
  }))
  return { kind: 'and', of }
}
