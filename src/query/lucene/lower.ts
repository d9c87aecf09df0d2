import { unreachable } from '#base'
import { globText } from '../plan/glob-text.ts'
import { rangesOf } from '../plan/ranges-of.ts'
import type { FieldSelector, FilterPlan, GlobPart } from '../plan/filter-plan.ts'
import {
  isStar,
  type LuceneClauses,
  type LuceneField,
  type LuceneLeaf,
  type LuceneNode,
} from './ast.ts'

/** The field that asks for existence: `_exists_:user.name`. */
export const existsField = '_exists_'

/** The plan of a Lucene tree. */
export function lowerLucene(node: LuceneNode): FilterPlan {
  return node.kind === 'leaf' ? lowerLuceneLeaf(node) : lowerClauses(node)
}

/**
 * What the required clauses ask for and the prohibited ones exclude; of optional ones one must hold where
 * nothing is required. Elsewhere they only change the order of search results, which a filter has not.
 */
function lowerClauses({ of }: LuceneClauses): FilterPlan {
  const isRequired = of.some(({ occur }) => occur === 'required')
  const optional = of.filter(({ occur }) => occur === 'optional')
  const parts: FilterPlan[] = []
  for (const clause of of) {
    if (clause.occur === 'prohibited') parts.push(negated(lowerLucene(clause.of)))
    else if (clause.occur === 'required') parts.push(lowerLucene(clause.of))
    else if (!isRequired && clause === optional[0]) {
      parts.push(
        chain(
          'or',
          optional.map((each) => lowerLucene(each.of)),
        ),
      )
    }
  }
  return chain('and', parts)
}

function chain(kind: 'and' | 'or', of: readonly FilterPlan[]): FilterPlan {
  const [first] = of
  return first !== undefined && of.length === 1 ? first : { kind, of }
}

function negated(of: FilterPlan): FilterPlan {
  return of.kind === 'all' ? { kind: 'none' } : { kind: 'not', of }
}

/** The plan of one condition. */
export function lowerLuceneLeaf({ field: written, value }: LuceneLeaf): FilterPlan {
  if (written?.text === existsField) return lowerExistence(value)
  const field = selectorOf(written)
  switch (value.kind) {
    case 'words':
      return { kind: 'match', field, literal: { value: value.text, quoted: false } }
    case 'phrase':
      return { kind: 'match', field, literal: { value: value.text, quoted: true } }
    case 'glob':
      if (!isStar(value)) return { kind: 'glob', field, glob: value.glob }
      return field.kind === 'any' ? { kind: 'all' } : { kind: 'exists', field }
    case 'regexp':
      return { kind: 'regexp', field, pattern: value.pattern }
    case 'range':
      return lowerRange(field, value)
    default:
      return unreachable(value)
  }
}

function lowerRange(
  field: FieldSelector,
  { low, high }: Extract<LuceneLeaf['value'], { readonly kind: 'range' }>,
): FilterPlan {
  if (low !== undefined && high !== undefined) return { kind: 'between', field, low, high }
  const bound = low ?? high
  if (bound === undefined) return { kind: 'exists', field }
  const [above, below] = rangesOf({ kind: 'between', field, low: bound, high: bound })
  return low === undefined ? below : above
}

function lowerExistence(value: LuceneLeaf['value']): FilterPlan {
  switch (value.kind) {
    case 'words':
    case 'phrase':
      return { kind: 'exists', field: selectorOf(value) }
    case 'glob':
      // Names of fields know no `?`.
      return { kind: 'exists', field: selectorOf({ text: globText(value.glob) }) }
    case 'regexp':
    case 'range':
      // There is no field of that name to hold a value; `check` tells.
      return { kind: 'none' }
    default:
      return unreachable(value)
  }
}

function selectorOf(field: Pick<LuceneField, 'text'> | undefined): FieldSelector {
  if (field === undefined || field.text === '*') return { kind: 'any' }
  if (!field.text.includes('*')) return { kind: 'field', name: field.text }
  return { kind: 'pattern', parts: patternParts(field.text) }
}

function patternParts(text: string): readonly GlobPart[] {
  return text
    .split(/(\*)/)
    .filter((piece) => piece !== '')
    .map((piece) => (piece === '*' ? { kind: 'any-run' } : { kind: 'literal', text: piece }))
}
