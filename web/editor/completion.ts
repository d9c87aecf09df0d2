import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete'
import { visibleText } from '#base'
import { api } from '../api.ts'
import type { QueryLanguageName } from './languages.ts'

/** What completion is asked for. */
export interface CompletionScope {
  readonly language: QueryLanguageName
  readonly index: string
}

const fieldsByIndex = new Map<string, Promise<readonly Completion[]>>()

/** Fields of an index pattern, those that its newest events have first. Asked for once. */
function fieldsOf(index: string): Promise<readonly Completion[]> {
  const known = fieldsByIndex.get(index)
  if (known !== undefined) return known
  const asked = api.listFields({ index }).then(
    ({ fields, looked_at: lookedAt }) =>
      fields.map(({ name, type, share }) => ({
        label: name,
        type: 'property',
        detail: share > 0 ? `${type} · ${Math.round(share * 100)} %` : type,
        info:
          share > 0
            ? `in ${Math.round(share * lookedAt)} of the newest ${lookedAt} events`
            : 'in none of the newest events',
        boost: Math.round(share * 90),
      })),
    () => {
      fieldsByIndex.delete(index)
      return []
    },
  )
  fieldsByIndex.set(index, asked)
  return asked
}

const words: { readonly [language in QueryLanguageName]: readonly string[] } = {
  kuery: ['and', 'or', 'not'],
  lucene: ['AND', 'OR', 'NOT'],
  esql: [
    'AND',
    'OR',
    'NOT',
    'WHERE',
    'EVAL',
    'STATS',
    'BY',
    'KEEP',
    'SORT',
    'LIMIT',
    'MV_EXPAND',
    'IS NOT NULL',
  ],
  eql: ['and', 'or', 'not', 'where', 'in', 'like~', 'regex~', 'sequence by', 'with maxspan=5m'],
}

/** Where a value is being written: the field before an operator. */
const valueAt = /([\w.@]+)\s*(?::|==|:\s*\(|in\s*\()\s*(?:[^()"]*(?:\bor\b|,)\s*)?("?)([^"\s()]*)$/i

/** Completes fields, the values that they have today, and the words of the language. */
export async function complete(
  context: CompletionContext,
  { language, index }: CompletionScope,
): Promise<CompletionResult | null> {
  const before = context.state.sliceDoc(Math.max(0, context.pos - 400), context.pos)
  const [, field, quote = '', begun = ''] = valueAt.exec(before) ?? []
  if (field !== undefined) {
    return {
      from: context.pos - begun.length - quote.length,
      options: await valuesOf(field, index),
      filter: true,
    }
  }
  const word = context.matchBefore(/[\w.@]*/)
  if (word === null || (word.from === word.to && !context.explicit)) return null
  const keywords = words[language].map((label) => ({ label, type: 'keyword' }))
  return {
    from: word.from,
    options: [...(await fieldsOf(index)), ...keywords],
    validFor: /^[\w.@]*$/,
  }
}

/** The commonest values of a field in the last day, as they are written in a query. */
async function valuesOf(field: string, index: string): Promise<readonly Completion[]> {
  const from = new Date(Date.now() - 86_400_000).toISOString()
  const found = await api
    .countEventsByValue({ field, index, from, limit: 30 })
    .catch(() => ({ values: [] }))
  return found.values
    .filter(({ value }) => value.length <= 200)
    .map(({ value, events }, at) => ({
      label: visibleText(value),
      apply: JSON.stringify(value),
      detail: `${events.toLocaleString('en')} today`,
      type: 'constant',
      boost: 50 - at,
    }))
}
