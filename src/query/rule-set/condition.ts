/** What a filter asks, its leaves told by the number of their predicate. Negations stand at the leaves only. */
export type Condition =
  | { readonly kind: 'always' | 'never' }
  | { readonly kind: 'holds' | 'fails'; readonly predicate: number }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }

/** Whether a predicate holds for the document at hand. */
export type Truth = (predicate: number) => boolean

/** Whether a condition holds; parts are asked in their order, and no more of them than are needed. */
export function isSatisfied(condition: Condition, truth: Truth): boolean {
  switch (condition.kind) {
    case 'holds':
      return truth(condition.predicate)
    case 'fails':
      return !truth(condition.predicate)
    case 'and':
      for (const part of condition.of) if (!isSatisfied(part, truth)) return false
      return true
    case 'or':
      for (const part of condition.of) if (isSatisfied(part, truth)) return true
      return false
    case 'always':
      return true
    default:
      return false
  }
}

/** What is left of a condition once some predicates are known; undefined means that one is not. */
export function withKnown(
  condition: Condition,
  known: (predicate: number) => boolean | undefined,
): Condition {
  if (condition.kind === 'and' || condition.kind === 'or') {
    return chainOf(
      condition.kind,
      condition.of.map((part) => withKnown(part, known)),
    )
  }
  if (condition.kind !== 'holds' && condition.kind !== 'fails') return condition
  const answer = known(condition.predicate)
  if (answer === undefined) return condition
  return answer === (condition.kind === 'holds') ? always : never
}

export const always: Condition = { kind: 'always' }
export const never: Condition = { kind: 'never' }

/** A conjunction or disjunction without constants, single parts or chains inside of chains. */
export function chainOf(kind: 'and' | 'or', parts: readonly Condition[]): Condition {
  const [absorbing, neutral] = kind === 'and' ? [never, always] : [always, never]
  const of: Condition[] = []
  for (const part of parts) {
    if (part.kind === absorbing.kind) return absorbing
    if (part.kind === kind) of.push(...part.of)
    else if (part.kind !== neutral.kind) of.push(part)
  }
  const [only] = of
  if (only === undefined) return neutral
  return of.length === 1 ? only : { kind, of }
}

/** The same condition, at every place the cheapest parts first. */
export function cheapestFirst(
  condition: Condition,
  costOf: (predicate: number) => number,
): Condition {
  if (condition.kind !== 'and' && condition.kind !== 'or') return condition
  const of = condition.of
    .map((part) => cheapestFirst(part, costOf))
    .map((part) => ({ part, cost: totalCost(part, costOf) }))
    .toSorted((a, b) => a.cost - b.cost)
    .map(({ part }) => part)
  return { kind: condition.kind, of }
}

function totalCost(condition: Condition, costOf: (predicate: number) => number): number {
  let total = 0
  forEachPredicate(condition, (predicate) => (total += costOf(predicate)))
  return total
}

/** Calls `visit` with each predicate of a condition, as often as it stands there. */
export function forEachPredicate(
  condition: Condition,
  visit: (predicate: number, isNegated: boolean) => void,
): void {
  switch (condition.kind) {
    case 'holds':
    case 'fails':
      visit(condition.predicate, condition.kind === 'fails')
      return
    case 'and':
    case 'or':
      for (const part of condition.of) forEachPredicate(part, visit)
      return
    default:
  }
}
