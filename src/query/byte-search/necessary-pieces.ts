import { unreachable } from '#base'
import { familyOf, type FieldCatalogue } from '#event'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { normalForm } from '../plan/normal-form.ts'
import type { ValueLeaf } from '../rule-set/predicate.ts'
import { tellingTexts } from '../rule-set/telling-texts.ts'

/** Of each clause one piece must stand in a text. An empty clause: no text will do. */
export type PieceClauses = readonly (readonly string[])[]

/** How a letter may be written in JSON so that no piece is to be seen in it: `\u0064ocker`. */
export const letterEscape = '\\u'

/** The shortest piece. */
const shortest = 3
/** Longer clauses are of no use to a search. */
const maxPieces = 16

/**
 * What stands in the JSON text of every document that a filter matches, ASCII letters in either case, unless
 * {@link letterEscape} does: for a search that passes over texts without reading them. Only necessary, never
 * sufficient. No clauses: nothing can be passed over.
 */
export function necessaryPieces(plan: FilterPlan, fields: FieldCatalogue): PieceClauses {
  return clausesOf(normalForm(plan), fields)
}

function clausesOf(plan: FilterPlan, fields: FieldCatalogue): PieceClauses {
  switch (plan.kind) {
    case 'all':
    case 'not':
    case 'exists':
    case 'range':
    case 'between':
    case 'regexp':
    case 'expression':
      return []
    case 'none':
      return [[]]
    case 'and':
      return plan.of.flatMap((part) => clausesOf(part, fields))
    case 'or':
      return oneOf(plan.of.map((part) => clausesOf(part, fields)))
    case 'nested':
      return clausesOf(plan.of, fields)
    case 'match':
    case 'match-any':
    case 'glob': {
      const { field } = plan
      return field.kind === 'field' ? leafClauses({ ...plan, field }, fields) : []
    }
    default:
      return unreachable(plan)
  }
}

/** Of each alternative its shortest clause; one alternative without any says nothing at all. */
function oneOf(alternatives: readonly PieceClauses[]): PieceClauses {
  const chosen = new Set<string>()
  for (const clauses of alternatives) {
    const best = clauses.toSorted((a, b) => a.length - b.length)[0]
    if (best === undefined) return []
    for (const piece of best) chosen.add(piece)
  }
  return chosen.size > maxPieces ? [] : [[...chosen]]
}

function leafClauses(leaf: ValueLeaf, fields: FieldCatalogue): PieceClauses {
  const mapping = fields.mappingOf(leaf.field.name)
  const telling = tellingTexts(leaf, mapping)
  if (telling === undefined) return []
  // Text is put into lower case before it is compared, and so are letters that no byte of ASCII stands for.
  const isLowered =
    mapping !== undefined && (mapping.caseless === true || familyOf(mapping.type) === 'text')
  const isAscii = !/[^\u0000-\u007f]/.test(JSON.stringify(leaf))
  const breaks = isAscii && !isLowered ? escaped : escapedOrLowered
  const alternatives = [
    ...telling.whole.map((text) => longestPiece([text], breaks)),
    ...telling.groups.map((pieces) => longestPiece(pieces, breaks)),
  ]
  const pieces = alternatives.filter((piece) => piece !== undefined)
  if (pieces.length < alternatives.length || pieces.length > maxPieces) return []
  return [[...new Set(pieces)]]
}

/** What JSON may write in another way than as itself, with two characters. */
const escaped = /[^ -~]|["\\/]/
/** The same, and what the Kelvin sign and a capital I with a dot are in lower case. */
const escapedOrLowered = /[^ -~]|["\\/kKiI]/

/** The longest run of bytes that JSON must show if it holds all of some texts. */
function longestPiece(texts: readonly string[], breaks: RegExp): string | undefined {
  return texts
    .flatMap((text) => text.split(breaks))
    .filter((piece) => piece.length >= shortest && !isPartOfNumber(piece))
    .toSorted((a, b) => b.length - a.length)[0]
}

/** Numbers may be written in several ways: 443, 4.43e2. */
function isPartOfNumber(piece: string): boolean {
  return /^[-+.\de]*$/i.test(piece) || 'infinity'.includes(piece.toLowerCase())
}
