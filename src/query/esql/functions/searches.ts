import { familyOf } from '#event'
import { languageOf } from '../../languages.ts'
import { compileFilter } from '../../match/compile.ts'
import type { FilterPlan } from '../../plan/filter-plan.ts'
import type { Single } from '../cell.ts'
import type { Typed } from '../typed.ts'
import type { Bound, EsqlContext, ScalarFunction } from './scalar-function.ts'

/** Functions that ask the stored document, by the ways of search: some value of a field is enough. */
export const searchFunctions: readonly ScalarFunction[] = [
  inLanguage('kql', 'kuery'),
  inLanguage('qstr', 'lucene'),
  {
    names: ['match', 'match_phrase'],
    takes: [2, 2],
    bind: ([field, value], context) =>
      field && value ? bindMatch(field, value, context) : 'two arguments are wanted',
  },
]

function inLanguage(name: string, language: string): ScalarFunction {
  return {
    names: [name],
    takes: [1, 1],
    bind([text], context) {
      const written = text?.constant?.cell
      if (typeof written !== 'string') return 'argument 1: a query in quotes is wanted'
      const plan = searchPlan(language, written)
      return typeof plan === 'string' ? plan : asking(plan, context)
    },
  }
}

/** `field : value`, ready to be asked. */
export function bindMatch(field: Typed, value: Typed, context: EsqlContext): Bound | string {
  const plan = matchPlan(field, value, context)
  return typeof plan === 'string' ? plan : asking(plan, context)
}

/** The plan of a query in another language, or what is wrong with it. */
export function searchPlan(language: string, text: string): FilterPlan | string {
  const plan = languageOf(language)?.parse(text)
  if (plan === undefined) return `there is no language ${language}`
  return plan.ok ? plan.value : (plan.error[0]?.message ?? 'the query cannot be read')
}

/** What `field : value` asks for: of a text one of the words, of other fields the value itself. */
export function matchPlan(
  field: Pick<Typed, 'field'>,
  value: Pick<Typed, 'constant'>,
  { fields }: EsqlContext,
): FilterPlan | string {
  const { field: name } = field
  const asked = value.constant?.cell
  if (name === undefined) return 'argument 1: a field as it is stored is wanted'
  if (asked === undefined || asked === null || typeof asked === 'object') {
    return 'argument 2: one value, written out, is wanted'
  }
  const mapping = fields.mappingOf(name)
  const isText = mapping !== undefined && familyOf(mapping.type) === 'text'
  const words = isText && typeof asked === 'string' ? asked.split(/\s+/).filter(Boolean) : [asked]
  return { kind: 'or', of: words.map((word) => leaf(name, word)) }
}

function leaf(name: string, value: Single): FilterPlan {
  return { kind: 'match', field: { kind: 'field', name }, literal: { value, quoted: true } }
}

function asking(plan: FilterPlan, context: EsqlContext): Bound {
  const matches = compileFilter(plan, context)
  return {
    type: 'boolean',
    of: ({ event }) => (event === undefined ? null : matches(event.source)),
    readsDocument: true,
  }
}
