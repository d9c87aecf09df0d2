import { languageOf, type FilterPlan, type GlobPart, type PlanLiteral, type RangeOp } from '#query'

/** A plan that differs from another in one place. */
export interface PlanMutant {
  /** What was changed, in words that name the clause; two changes of one plan may read alike. */
  readonly change: string
  readonly plan: FilterPlan
}

type Group = Extract<FilterPlan, { kind: 'and' | 'or' }>
type Leaf<Kind extends FilterPlan['kind']> = Extract<FilterPlan, { kind: Kind }>

/**
 * Every plan with one change: a clause dropped, and and or exchanged, a clause turned around, a literal
 * changed, a wildcard taken away, a comparison reduced to "the field exists". In the order of the plan.
 */
export function planMutants(plan: FilterPlan): readonly PlanMutant[] {
  const whole: readonly PlanMutant[] =
    plan.kind === 'and' || plan.kind === 'or'
      ? []
      : [{ change: `drop ${shown(plan)}`, plan: { kind: 'all' } }, ...turnedAround(plan)]
  return [...whole, ...within(plan)]
}

/** Mutants of a plan that keep it where it stands. */
function within(plan: FilterPlan): readonly PlanMutant[] {
  switch (plan.kind) {
    case 'and':
    case 'or':
      return groupMutants(plan)
    case 'not':
      return wrapped(within(plan.of), (of) => ({ kind: 'not', of }))
    case 'nested':
      return wrapped(within(plan.of), (of) => ({ ...plan, of }))
    case 'match':
      return [...literalMutants(plan), existsMutant(plan)]
    case 'glob':
      return [...globMutants(plan), existsMutant(plan)]
    case 'exists':
      return [
        {
          change: `${shown(plan)} becomes one value`,
          plan: { kind: 'match', field: plan.field, literal: { value: changedText, quoted: true } },
        },
      ]
    case 'range':
      return [{ change: `turn ${shown(plan)}`, plan: { ...plan, op: oppositeOps[plan.op] } }]
    case 'match-any':
      return plan.values.map((value) => ({
        change: `leave ${String(value)} out of ${shown(plan)}`,
        plan: { ...plan, values: plan.values.filter((each) => each !== value) },
      }))
    default:
      return []
  }
}

function groupMutants(plan: Group): readonly PlanMutant[] {
  const other = plan.kind === 'and' ? 'or' : 'and'
  return [
    { change: `${plan.kind} becomes ${other} in ${shown(plan)}`, plan: { ...plan, kind: other } },
    ...plan.of.flatMap((clause, at) => [
      { change: `drop ${shown(clause)}`, plan: grouped(plan.kind, plan.of.toSpliced(at, 1)) },
      ...wrapped([...turnedAround(clause), ...within(clause)], (changed) => ({
        ...plan,
        of: plan.of.with(at, changed),
      })),
    ]),
  ]
}

function turnedAround(clause: FilterPlan): readonly PlanMutant[] {
  if (clause.kind === 'not') {
    return [{ change: `${shown(clause)} loses its not`, plan: clause.of }]
  }
  return [{ change: `${shown(clause)} gets a not`, plan: { kind: 'not', of: clause } }]
}

function literalMutants(plan: Leaf<'match'>): readonly PlanMutant[] {
  const literal = changedLiteral(plan.literal)
  return [{ change: `another value in ${shown(plan)}`, plan: { ...plan, literal } }]
}

function globMutants(plan: Leaf<'glob'>): readonly PlanMutant[] {
  return plan.glob.flatMap((part, at) => {
    if (part.kind === 'literal') {
      const other: GlobPart = { kind: 'literal', text: `${part.text}${changedText}` }
      return [
        {
          change: `another text for ${part.text} in ${shown(plan)}`,
          plan: { ...plan, glob: plan.glob.with(at, other) },
        },
      ]
    }
    return [
      {
        change: `wildcard ${wildcardAt(plan.glob, at)} taken from ${shown(plan)}`,
        plan: globOrMatch(plan, plan.glob.toSpliced(at, 1)),
      },
    ]
  })
}

function wildcardAt(glob: readonly GlobPart[], at: number): string {
  return String(glob.slice(0, at + 1).filter(({ kind }) => kind !== 'literal').length)
}

/** Without any wildcard left, a glob is a comparison with its text. */
function globOrMatch(plan: Leaf<'glob'>, glob: readonly GlobPart[]): FilterPlan {
  const texts = glob.flatMap((part) => (part.kind === 'literal' ? [part.text] : []))
  if (texts.length < glob.length) return { ...plan, glob }
  return { kind: 'match', field: plan.field, literal: { value: texts.join(''), quoted: true } }
}

function existsMutant(plan: Leaf<'match'> | Leaf<'glob'>): PlanMutant {
  return { change: `any value in ${shown(plan)}`, plan: { kind: 'exists', field: plan.field } }
}

function changedLiteral({ value, quoted }: PlanLiteral): PlanLiteral {
  if (typeof value === 'boolean') return { value: !value, quoted }
  if (typeof value === 'number') return { value: value + 1, quoted }
  return { value: `${value}${changedText}`, quoted }
}

function wrapped(
  mutants: readonly PlanMutant[],
  wrap: (plan: FilterPlan) => FilterPlan,
): readonly PlanMutant[] {
  return mutants.map(({ change, plan }) => ({ change, plan: wrap(plan) }))
}

function grouped(kind: Group['kind'], of: readonly FilterPlan[]): FilterPlan {
  const [only] = of
  return of.length === 1 && only !== undefined ? only : { kind, of }
}

/** A clause as its author would write it. */
function shown(plan: FilterPlan): string {
  return languageOf('kuery')?.format(plan) ?? plan.kind
}

const changedText = '-changed'

const oppositeOps: { readonly [op in RangeOp]: RangeOp } = {
  gt: 'lte',
  gte: 'lt',
  lt: 'gte',
  lte: 'gt',
}
