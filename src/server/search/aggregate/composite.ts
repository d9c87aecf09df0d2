import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { Term } from '#detect'
import type { FieldCatalogue } from '#event'
import { fieldValuesAt, termAt, type FieldValues } from '../field-values.ts'
import type { FoundDocument } from '../found-document.ts'
import { maxHits } from '../limits.ts'
import { flagAt, integerAt, listAt, objectAt, objectOf, wordAt, wrongAt } from '../read/members.ts'
import type { Aggregation } from './aggregation.ts'
import { openGroups, toldGroup } from './group.ts'
import { readNumberRounding } from './number-rounding.ts'
import { readRounding, roundingMembers } from './rounding.ts'

/** One part of a composite key; null where a document has no value and that is to be told. */
type Part = Term | null

interface Source {
  readonly name: string
  readonly values: FieldValues
  readonly isDescending: boolean
  readonly tellsMissing: boolean
  /** The part of the key that a value gives. */
  partOf(term: Term): Term
  told(part: Part): JsonValue
  /** From `after`. */
  read(value: JsonValue | undefined, at: string): Part
}

/** The combinations of values of several sources, in their order, page by page. Memory grows with the page alone. */
export const composite: Aggregation = {
  kind: 'composite',
  hasBuckets: true,
  read(value, { at, fields, budget, inner }) {
    const body = objectOf(value, at, ['sources', 'size', 'after'])
    const sources = sourcesAt(body['sources'], `${at}.sources`, fields)
    const size =
      body['size'] === undefined
        ? 10
        : integerAt(body['size'], `${at}.size`, { least: 1, most: maxHits })
    const after = afterAt(body['after'], `${at}.after`, sources)
    const compare = comparison(sources)
    return () => {
      const groups = openGroups<string>(inner, { ...budget, value: () => undefined })
      const parts = new Map<string, readonly Part[]>()
      let worst: readonly Part[] | undefined
      const cut = () => {
        const sorted = [...parts].toSorted(([, a], [, b]) => compare(a, b))
        for (const [key] of sorted.slice(size)) {
          parts.delete(key)
          groups.byKey.delete(key)
        }
        worst = sorted[size - 1]?.[1]
        return sorted.slice(0, size)
      }
      return {
        add(document) {
          for (const combination of combinationsOf(document, sources)) {
            if (after !== undefined && compare(combination, after) <= 0) continue
            if (worst !== undefined && compare(combination, worst) > 0) continue
            const key = JSON.stringify(combination)
            parts.set(key, combination)
            groups.add(key, document)
          }
          // Groups beyond the page can never come back into it.
          if (parts.size >= 2 * size + 100) cut()
        },
        result() {
          const told = cut().map(([key, combination]) => ({
            key: toldKey(combination, sources),
            ...toldGroup(groups.byKey.get(key) ?? { documents: 0, within: inner() }),
          }))
          budget.buckets(told.length)
          const last = told.at(-1)
          return { ...(last !== undefined && { after_key: last.key }), buckets: told }
        },
      }
    }
  },
}

const shared = ['field', 'order', 'missing_bucket', 'missing_order']

function sourcesAt(
  value: JsonValue | undefined,
  at: string,
  fields: FieldCatalogue,
): readonly Source[] {
  const sources = listAt(value).map((each, position) => {
    const here = `${at}[${position}]`
    const [[name, kinds] = ['', null], ...others] = Object.entries(objectAt(each, here))
    if (others.length > 0) throw wrongAt(here, 'must have one name')
    const [[kind, body] = ['', null]] = Object.entries(objectAt(kinds, `${here}.${name}`))
    return sourceOf(name, { kind, body, at: `${here}.${name}.${kind}`, fields })
  })
  if (sources.length === 0) throw wrongAt(at, 'needs at least one source')
  return sources
}

function sourceOf(
  name: string,
  {
    kind,
    body,
    at,
    fields,
  }: {
    readonly kind: string
    readonly body: JsonValue
    readonly at: string
    readonly fields: FieldCatalogue
  },
): Source {
  wordAt(kind, at, ['terms', 'date_histogram', 'histogram'])
  const own =
    kind === 'terms' ? [] : kind === 'histogram' ? ['interval', 'offset'] : roundingMembers
  const members = objectOf(body, at, [...shared, ...own])
  const values = fieldValuesAt(members['field'], `${at}.field`, fields)
  const rounded = roundingOf(kind, members, { at, values })
  const missing = members['missing_bucket']
  return {
    name,
    values,
    isDescending:
      members['order'] !== undefined &&
      wordAt(members['order'], `${at}.order`, ['asc', 'desc']) === 'desc',
    tellsMissing: missing !== undefined && flagAt(missing, `${at}.missing_bucket`),
    ...rounded,
  }
}

function roundingOf(
  kind: string,
  members: JsonObject,
  { at, values }: { readonly at: string; readonly values: FieldValues },
): Pick<Source, 'partOf' | 'told' | 'read'> {
  if (kind === 'terms') {
    return {
      partOf: (term) => term,
      told: (part) => part,
      read: (value, here) =>
        value === null || value === undefined ? null : termAt(value, here, values),
    }
  }
  if (kind === 'histogram') {
    const { startOf } = readNumberRounding(members, at)
    return {
      partOf: (term) => startOf(Number(term)),
      told: (part) => part,
      read: (value, here) => (value === null || value === undefined ? null : numberAt(value, here)),
    }
  }
  if (values.kind !== 'date') throw wrongAt(`${at}.field`, `[${values.name}] is no date`)
  const rounding = readRounding(members, at)
  const isText = members['format'] !== undefined
  return {
    partOf: (term) => rounding.startOf(Number(term)),
    told: (part) => (isText && typeof part === 'number' ? rounding.textOf(part) : part),
    read: (value, here) =>
      value === null || value === undefined ? null : termAt(value, here, values),
  }
}

function numberAt(value: JsonValue, at: string): number {
  if (typeof value === 'number') return value
  throw wrongAt(at, 'must be a number')
}

function afterAt(
  value: JsonValue | undefined,
  at: string,
  sources: readonly Source[],
): readonly Part[] | undefined {
  if (value === undefined || value === null) return undefined
  const names = sources.map(({ name }) => name)
  if (!isJsonObject(value) || names.some((name) => !(name in value))) {
    throw wrongAt(at, `must have a value for each source: ${names.join(', ')}`)
  }
  const body = objectOf(value, at, names)
  return sources.map(({ name, read }) => read(body[name], `${at}.${name}`))
}

/** Missing values come first ascending, and last descending. */
function comparison(
  sources: readonly Source[],
): (a: readonly Part[], b: readonly Part[]) => number {
  return (a, b) => {
    for (const [position, { values, isDescending }] of sources.entries()) {
      const [left = null, right = null] = [a[position], b[position]]
      const order =
        left === null || right === null
          ? Number(right === null) - Number(left === null)
          : values.compare(left, right)
      if (order !== 0) return isDescending ? -order : order
    }
    return 0
  }
}

/** How many combinations one document may give: one with many lists of values is no reason to hang. */
const maxCombinations = 10_000

function combinationsOf(
  document: FoundDocument,
  sources: readonly Source[],
): readonly (readonly Part[])[] {
  let combinations: readonly (readonly Part[])[] = [[]]
  for (const { values, tellsMissing, partOf } of sources) {
    const found = values.distinct(document)
    const parts: readonly Part[] =
      found.length === 0 && tellsMissing ? [null] : [...new Set(found.map(partOf))]
    if (combinations.length * parts.length > maxCombinations) {
      throw wrongAt(
        'aggs',
        `the document [${document.id}] of [${document.index}] has more than ${maxCombinations} combinations of values; leave it out, or name fewer sources`,
      )
    }
    combinations = combinations.flatMap((before) => parts.map((part) => [...before, part]))
  }
  return combinations
}

function toldKey(combination: readonly Part[], sources: readonly Source[]): JsonObject {
  return Object.fromEntries(
    sources.map(({ name, told }, position) => [name, told(combination[position] ?? null)]),
  )
}
