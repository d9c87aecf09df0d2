/** The languages in which events are asked for. */
export type ExploreLanguage = 'kuery' | 'lucene' | 'eql'

/** A longer value is not put into a query. */
export const longestValue = 1_000

/** A query that asks, too, for a value in a field, or for its absence. */
export function narrowed(
  query: string,
  {
    language,
    field,
    value,
    isOut,
  }: {
    readonly language: ExploreLanguage
    readonly field: string
    readonly value: string
    /** True asks for events without it. */
    readonly isOut: boolean
  },
): string {
  const own = query.trim()
  if (language === 'eql') return eqlNarrowed(own, `${field} == ${quoted(value)}`, isOut)
  const [and, not] = language === 'kuery' ? ['and', 'not'] : ['AND', 'NOT']
  const wanted = `${field}:${quoted(value)}`
  const condition = isOut ? `${not} ${wanted}` : wanted
  if (own === '') return condition
  const isLoose = /\bor\b/i.test(own) && !isWhole(own)
  return `${isLoose ? `(${own})` : own} ${and} ${condition}`
}

/** A condition goes behind `where`; a series of events stays as it is: which of them is meant is not known. */
function eqlNarrowed(query: string, condition: string, isOut: boolean): string {
  const wanted = isOut ? `not ${condition}` : condition
  if (query === '') return `any where ${wanted}`
  const [, head = '', rest = ''] = /^(\w+\s+where\s+)([\s\S]*)$/i.exec(query) ?? []
  if (head === '') return query
  if (rest.trim() === 'true') return `${head}${wanted}`
  return `${head}${/\bor\b/i.test(rest) && !isWhole(rest) ? `(${rest})` : rest} and ${wanted}`
}

/** Whether one pair of parentheses holds it all. */
function isWhole(text: string): boolean {
  if (!text.startsWith('(')) return false
  let depth = 0
  for (const [at, character] of Array.from(text).entries()) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (depth === 0) return at === Array.from(text).length - 1
  }
  return false
}

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
