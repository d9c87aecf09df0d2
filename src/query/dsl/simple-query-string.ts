import type { FilterPlan } from '../plan/filter-plan.ts'

const maxDepth = 100

interface Reader {
  readonly text: string
  readonly operator: 'and' | 'or'
  at: number
  depth: number
  /** Why the text cannot be read, once that is clear. */
  problem: string | undefined
}

/**
 * The plan of a text in the syntax of `simple_query_string`: words, `"phrases"`, `prefix*`, `+` and `|` between, `-`
 * before, parentheses, a backslash before what is meant as it is. What makes no sense is passed over, as
 * Elasticsearch does; a sentence where the text asks for what cannot be done (`~2`). Its leaves name no field.
 */
export function parseSimpleQuery(text: string, operator: 'and' | 'or'): FilterPlan | string {
  const reader: Reader = { text, operator, at: 0, depth: 0, problem: undefined }
  let plan: FilterPlan | undefined
  while (reader.at < text.length && reader.problem === undefined) {
    plan = joined(plan, parseSequence(reader), operator)
    // A closing parenthesis that was never opened says nothing.
    reader.at++
  }
  return reader.problem ?? plan ?? { kind: 'none' }
}

function joined(
  before: FilterPlan | undefined,
  next: FilterPlan | undefined,
  operator: 'and' | 'or',
): FilterPlan | undefined {
  if (before === undefined || next === undefined) return before ?? next
  // A run of one operator is one list.
  if (before.kind === operator) return { kind: operator, of: [...before.of, next] }
  return { kind: operator, of: [before, next] }
}

/** Everything up to a closing parenthesis or the end; operators bind from left to right. */
function parseSequence(reader: Reader): FilterPlan | undefined {
  let plan: FilterPlan | undefined
  let pending: 'and' | 'or' | undefined
  let isNegated = false
  while (reader.at < reader.text.length && reader.problem === undefined) {
    const character = reader.text[reader.at] ?? ''
    if (character === ')') return plan
    if (/\s/.test(character)) {
      reader.at++
    } else if (character === '+' || character === '|') {
      pending = character === '+' ? 'and' : 'or'
      reader.at++
    } else if (character === '-') {
      isNegated = !isNegated
      reader.at++
    } else {
      const part = parsePart(reader, character)
      if (part !== undefined) {
        const next: FilterPlan = isNegated ? { kind: 'not', of: part } : part
        plan = joined(plan, next, pending ?? reader.operator)
      }
      pending = undefined
      isNegated = false
    }
  }
  return plan
}

function parsePart(reader: Reader, character: string): FilterPlan | undefined {
  if (character === '(') return parseGroup(reader)
  return character === '"' ? parsePhrase(reader) : parseWord(reader)
}

function parseGroup(reader: Reader): FilterPlan | undefined {
  if (reader.depth >= maxDepth) {
    reader.problem = `parentheses nest deeper than ${maxDepth} levels`
    return undefined
  }
  reader.at++
  reader.depth++
  const plan = parseSequence(reader)
  reader.depth--
  reader.at++
  return plan
}

function parsePhrase(reader: Reader): FilterPlan | undefined {
  reader.at++
  const value = takeText(reader, /"/)
  reader.at++
  refuseTilde(reader)
  return value === '' ? undefined : matchOf(value, true)
}

function parseWord(reader: Reader): FilterPlan | undefined {
  const start = reader.at
  const value = takeText(reader, /[\s"()|+]/)
  const written = reader.text.slice(start, reader.at)
  if (/[^\\]~\d*$/.test(written)) refuse(reader)
  if (/^\*$/.test(written)) return { kind: 'all' }
  if (!/[^\\]\*$/.test(written)) return value === '' ? undefined : matchOf(value, false)
  const text = value.slice(0, -1)
  return {
    kind: 'glob',
    field: { kind: 'any' },
    glob: [{ kind: 'literal', text }, { kind: 'any-run' }],
  }
}

/** The text up to what ends it, backslashes resolved. */
function takeText(reader: Reader, end: RegExp): string {
  let value = ''
  for (; reader.at < reader.text.length; reader.at++) {
    let character = reader.text[reader.at] ?? ''
    if (end.test(character)) break
    if (character === '\\') character = reader.text[++reader.at] ?? ''
    value += character
  }
  return value
}

function refuseTilde(reader: Reader): void {
  if (reader.text[reader.at] === '~') refuse(reader)
}

function refuse(reader: Reader): void {
  reader.problem = 'words that are only like others (~) are not looked for; leave the ~ out'
}

function matchOf(value: string, quoted: boolean): FilterPlan {
  return { kind: 'match', field: { kind: 'any' }, literal: { value, quoted } }
}
