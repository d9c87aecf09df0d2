import { suppressionGroupId, type AlertOwner } from '#alert'
import type { JsonObject, JsonValue } from '#base'
import { familyOf, valuesOf, type EventSource, type FieldCatalogue } from '#event'
import { termFieldOf, type Term } from '../first-seen/term.ts'
import { isoOf } from '../execution/execution-record.ts'

/** Reads the values by which one field groups events, ascending; none where the event lacks it. */
export interface GroupField {
  readonly name: string
  valuesOf(source: EventSource): readonly Term[]
  compare(a: Term, b: Term): number
}

/** The readers of the fields that a suppression groups by. */
export function groupFieldsOf(
  names: readonly string[],
  fields: FieldCatalogue,
): readonly GroupField[] {
  return names.map((name) => {
    const field = termFieldOf(name, fields)
    if (typeof field === 'string') {
      // Full text has no terms; a search response still tells its values.
      return {
        name,
        valuesOf: (source) => valuesOf(source, name).toSorted(plainOrder),
        compare: plainOrder,
      }
    }
    const mapping = fields.mappingOf(name)
    const isDate = mapping !== undefined && familyOf(mapping.type) === 'date'
    const shown = (term: Term) => (isDate && typeof term === 'number' ? isoOf(term) : term)
    return {
      name,
      valuesOf: (source) =>
        field
          .termsOf(source)
          .toSorted((a, b) => field.compare(a, b))
          .map(shown),
      compare: isDate ? plainOrder : (a, b) => field.compare(a, b),
    }
  })
}

function plainOrder(a: Term, b: Term): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** One suppression group: its field values as alerts tell them, and its id for ever. */
export interface SuppressionGroup {
  readonly id: string
  readonly terms: readonly { readonly field: string; readonly value: JsonValue }[]
}

/** The group of these values. */
export function groupOf(
  fields: readonly GroupField[],
  values: readonly JsonValue[],
  owner: AlertOwner,
): SuppressionGroup {
  const terms = fields.map(({ name }, i) => ({ field: name, value: values[i] ?? null }))
  return { id: suppressionGroupId(terms, owner), terms }
}

/** The members that suppression adds to an alert. `folded`: events or alerts it stands for beside itself. */
export function suppressionMembers(
  { id, terms }: SuppressionGroup,
  { startMs, endMs, folded }: SuppressionSpan,
): JsonObject {
  return {
    'kibana.alert.instance.id': id,
    'kibana.alert.suppression.terms': terms,
    'kibana.alert.suppression.start': isoOf(startMs),
    'kibana.alert.suppression.end': isoOf(endMs),
    'kibana.alert.suppression.docs_count': folded,
  }
}

/** First and last event time of a group, epoch milliseconds, and how many it folds away. */
export interface SuppressionSpan {
  readonly startMs: number
  readonly endMs: number
  readonly folded: number
}
