import { unreachable } from '#base'
import { formatEql, type EqlExpression, type EqlLiteral } from '#query'
import { eachChanged, lifted, type Changed } from './changed.ts'

type Expression<Kind extends EqlExpression['kind']> = Extract<
  EqlExpression,
  { readonly kind: Kind }
>
type Group = Expression<'and' | 'or'>

/**
 * Every condition with one change: a clause dropped, and and or exchanged, a not added or taken away, a
 * comparison turned or reduced to "the field exists", a literal changed, a value left out, a wildcard taken
 * away, upper and lower case told apart. In the order of the text.
 */
export function conditionMutants(condition: EqlExpression): readonly Changed<EqlExpression>[] {
  const isGroup = condition.kind === 'and' || condition.kind === 'or'
  return isGroup ? groupMutants(condition) : [...turnedAround(condition), ...leafMutants(condition)]
}

/** Mutants of what stands behind a not, which is turned around with it. */
function within(condition: EqlExpression): readonly Changed<EqlExpression>[] {
  const isGroup = condition.kind === 'and' || condition.kind === 'or'
  return isGroup ? groupMutants(condition) : leafMutants(condition)
}

function groupMutants(group: Group): readonly Changed<EqlExpression>[] {
  const other = group.kind === 'and' ? 'or' : 'and'
  const clauses = group.of.flatMap((clause, at) => [
    { change: `drop ${shown(clause)}`, part: grouped(group, group.of.toSpliced(at, 1)) },
    ...lifted(conditionMutants(clause), (changed) => ({
      ...group,
      of: group.of.with(at, changed),
    })),
  ])
  const exchanged = { ...group, kind: other } as const
  return [
    { change: `${group.kind} becomes ${other} in ${shown(group)}`, part: exchanged },
    ...clauses,
  ]
}

function grouped(group: Group, of: readonly EqlExpression[]): EqlExpression {
  const [only] = of
  return of.length === 1 && only !== undefined ? only : { ...group, of }
}

function turnedAround(clause: EqlExpression): readonly Changed<EqlExpression>[] {
  switch (clause.kind) {
    case 'not':
      return [{ change: `${shown(clause)} loses its not`, part: clause.of }]
    case 'comparison':
      return [{ change: `turn ${shown(clause)}`, part: { ...clause, op: oppositeOps[clause.op] } }]
    default:
      return [
        {
          change: `${shown(clause)} gets a not`,
          part: { kind: 'not', of: clause, span: clause.span },
        },
      ]
  }
}

function leafMutants(leaf: EqlExpression): readonly Changed<EqlExpression>[] {
  switch (leaf.kind) {
    case 'not':
      return lifted(within(leaf.of), (of) => ({ ...leaf, of }))
    case 'comparison':
      return [
        ...lifted(valueMutants(leaf.left), (left) => ({ ...leaf, left })),
        ...lifted(valueMutants(leaf.right), (right) => ({ ...leaf, right })),
        ...(leaf.op === '==' && leaf.right.kind !== 'null' ? existsMutants(leaf) : []),
      ]
    case 'membership':
      return [
        ...lifted(listMutants(leaf.values, leaf, valueMutants), (values) => ({ ...leaf, values })),
        ...casedMutants(leaf, leaf.isCaseless && { ...leaf, isCaseless: false }),
        ...existsMutants(leaf),
      ]
    case 'pattern':
      return [
        ...lifted(patternMutants(leaf), (patterns) => ({ ...leaf, patterns })),
        ...casedMutants(leaf, casedOps[leaf.op] !== leaf.op && { ...leaf, op: casedOps[leaf.op] }),
        ...existsMutants(leaf),
      ]
    case 'call':
      return callMutants(leaf)
    default:
      return []
  }
}

function callMutants(call: Expression<'call'>): readonly Changed<EqlExpression>[] {
  const [subject, ...constants] = call.of
  const others =
    subject !== undefined && call.name === 'cidrMatch'
      ? lifted(listMutants(constants, call, valueMutants), (of) => [subject, ...of])
      : eachChanged(call.of, valueMutants)
  return [
    ...lifted(others, (of) => ({ ...call, of })),
    ...casedMutants(call, call.isCaseless && { ...call, isCaseless: false }),
  ]
}

/** Each value left out; where there is only one, another one. */
function listMutants<Value extends EqlExpression>(
  values: readonly Value[],
  leaf: EqlExpression,
  changesOf: (value: Value) => readonly Changed<Value>[],
): readonly Changed<readonly Value[]>[] {
  if (values.length === 1) return eachChanged(values, changesOf)
  return values.map((value, at) => ({
    change: `leave ${shown(value)} out of ${shown(leaf)}`,
    part: values.toSpliced(at, 1),
  }))
}

function valueMutants(value: EqlExpression): readonly Changed<EqlExpression>[] {
  if (value.kind === 'call') return callMutants(value)
  return isLiteral(value) ? literalMutants(value) : []
}

function isLiteral(value: EqlExpression): value is EqlLiteral {
  return ['string', 'integer', 'decimal', 'boolean', 'null'].includes(value.kind)
}

function literalMutants(literal: EqlLiteral): readonly Changed<EqlLiteral>[] {
  const change = `another value for ${shown(literal)}`
  switch (literal.kind) {
    case 'string':
      return [{ change, part: { ...literal, value: `${literal.value}-changed` } }]
    case 'integer':
      return [{ change, part: { ...literal, value: literal.value + 1n } }]
    case 'decimal':
      return [{ change, part: { ...literal, value: literal.value + 1 } }]
    case 'boolean':
      return [{ change, part: { ...literal, value: !literal.value } }]
    case 'null':
      return []
    default:
      return unreachable(literal)
  }
}

/** Values as in any list; for globs also each wildcard taken away. */
function patternMutants(leaf: Expression<'pattern'>): readonly Changed<readonly EqlLiteral[]>[] {
  const others = listMutants(leaf.patterns, leaf, literalMutants)
  const isRegex = leaf.op.startsWith('regex')
  return isRegex ? others : [...others, ...eachChanged(leaf.patterns, globMutants)]
}

function globMutants(pattern: EqlLiteral): readonly Changed<EqlLiteral>[] {
  if (pattern.kind !== 'string') return []
  const { value } = pattern
  return Array.from(value.matchAll(/[*?]/g), ({ index }) => ({
    change: `wildcard at ${index + 1} taken from ${value}`,
    part: { ...pattern, value: value.slice(0, index) + value.slice(index + 1) },
  }))
}

function casedMutants(
  leaf: EqlExpression,
  cased: EqlExpression | false,
): readonly Changed<EqlExpression>[] {
  return cased === false ? [] : [{ change: `tell cases apart in ${shown(leaf)}`, part: cased }]
}

/** Of a field; what a function gives is never asked whether it is there. */
function existsMutants(
  leaf: Expression<'comparison' | 'membership' | 'pattern'>,
): readonly Changed<EqlExpression>[] {
  const left = leaf.kind === 'comparison' ? leaf.left : leaf.of
  if (left.kind !== 'field') return []
  const { span } = leaf
  const right = { kind: 'null', span } as const
  return [
    {
      change: `any value in ${shown(leaf)}`,
      part: { kind: 'comparison', op: '!=', left, right, span },
    },
  ]
}

/** A clause as its author would write it, on one line. */
function shown(condition: EqlExpression): string {
  const { span } = condition
  const filter = { category: undefined, condition, span }
  const text = formatEql({ query: { kind: 'events', filter }, pipes: [], span })
  return text.replace(/^any where\s+/, '').replaceAll(/\s*\n\s*/g, ' ')
}

const oppositeOps = { '==': '!=', '!=': '==', '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const

const casedOps = {
  ':': 'like',
  'like~': 'like',
  like: 'like',
  'regex~': 'regex',
  regex: 'regex',
} as const
