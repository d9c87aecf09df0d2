import { unreachable } from '#base'
import { codePointsOf, commonCodePoints, othersOf, withLowerCase } from './code-points.ts'
import { alphabetOf, closureOf, edgesTo, type Automaton, type Edge } from './state-sets.ts'
import type { RegexpNode } from './regexp-node.ts'

/** The most states that an expression may need, those of its complements and intersections counted too. */
export const maxStates = 5_000

/** The most steps that building complements may take: they can need exponentially many states. */
const maxEffort = 2_000_000

/** The automaton of a tree, for text in lower case if `caseless`; undefined where it would grow beyond the limits. */
export function automatonOf(node: RegexpNode, caseless: boolean): Automaton | undefined {
  const draft: Draft = { jumps: [], edges: [], caseless, effort: 0, isFull: false }
  const { start, end } = build(node, draft)
  return draft.isFull ? undefined : { jumps: draft.jumps, edges: draft.edges, start, end }
}

interface Draft {
  readonly jumps: number[][]
  readonly edges: Edge[][]
  readonly caseless: boolean
  effort: number
  /** A limit is reached: whatever is built from here on is worthless. */
  isFull: boolean
}

/** A part of an automaton, entered at one state and left at another. */
interface Part {
  readonly start: number
  readonly end: number
}

function newState(draft: Draft): number {
  if (draft.jumps.length >= maxStates) {
    draft.isFull = true
    return 0
  }
  draft.jumps.push([])
  draft.edges.push([])
  return draft.jumps.length - 1
}

function newPart(draft: Draft): Part {
  return { start: newState(draft), end: newState(draft) }
}

function addJump(draft: Draft, from: number, to: number): void {
  draft.jumps[from]?.push(to)
}

function addEdge(draft: Draft, from: number, edge: Edge): void {
  if (edge.set.length > 0) draft.edges[from]?.push(edge)
}

function build(node: RegexpNode, draft: Draft): Part {
  switch (node.kind) {
    case 'character': {
      const part = newPart(draft)
      const set = draft.caseless ? withLowerCase(node.set) : node.set
      addEdge(draft, part.start, { set: node.negated ? othersOf(set) : set, to: part.end })
      return part
    }
    case 'concat':
      return buildConcat(node.of, draft)
    case 'union': {
      const part = newPart(draft)
      for (const alternative of node.of) {
        if (draft.isFull) break
        const inner = build(alternative, draft)
        addJump(draft, part.start, inner.start)
        addJump(draft, inner.end, part.end)
      }
      return part
    }
    case 'intersection':
      return node.of
        .map((part) => build(part, draft))
        .reduce((both, part) => buildProduct(both, part, draft))
    case 'repeat':
      return buildRepeat(node, draft)
    case 'complement':
      return buildComplement(build(node.of, draft), draft)
    case 'nothing':
      return newPart(draft)
    default:
      return unreachable(node)
  }
}

function buildConcat(nodes: readonly RegexpNode[], draft: Draft): Part {
  const start = newState(draft)
  let end = start
  for (const node of nodes) {
    if (draft.isFull) break
    const part = build(node, draft)
    addJump(draft, end, part.start)
    end = part.end
  }
  return { start, end }
}

function buildRepeat(
  { of, min, max }: Extract<RegexpNode, { readonly kind: 'repeat' }>,
  draft: Draft,
): Part {
  const { start, end } = newPart(draft)
  let at = start
  for (let i = 0; i < Math.max(min, max ?? 0) && !draft.isFull; i++) {
    const part = build(of, draft)
    addJump(draft, at, part.start)
    if (i >= min) addJump(draft, at, end)
    at = part.end
    // The last that must be there may come again.
    if (max === undefined && i === min - 1) addJump(draft, part.end, part.start)
  }
  if (max === undefined && min === 0 && !draft.isFull) {
    const part = build(of, draft)
    addJump(draft, at, part.start)
    addJump(draft, part.end, part.start)
    addJump(draft, part.end, end)
  }
  addJump(draft, at, end)
  return { start, end }
}

/** The two parts walked side by side. */
function buildProduct(a: Part, b: Part, draft: Draft): Part {
  const states = new Map<string, number>()
  const queue: { readonly p: number; readonly q: number; readonly state: number }[] = []
  const stateOf = (p: number, q: number): number => {
    const key = `${p} ${q}`
    const known = states.get(key)
    if (known !== undefined) return known
    const state = newState(draft)
    states.set(key, state)
    queue.push({ p, q, state })
    return state
  }
  const start = stateOf(a.start, b.start)
  const end = stateOf(a.end, b.end)
  for (let pair = queue.pop(); pair !== undefined && !draft.isFull; pair = queue.pop()) {
    const { p, q, state } = pair
    for (const next of draft.jumps[p] ?? []) addJump(draft, state, stateOf(next, q))
    for (const next of draft.jumps[q] ?? []) addJump(draft, state, stateOf(p, next))
    for (const left of draft.edges[p] ?? []) {
      for (const right of draft.edges[q] ?? []) {
        spend(draft, 1)
        const set = commonCodePoints(left.set, right.set)
        if (set.length > 0) addEdge(draft, state, { set, to: stateOf(left.to, right.to) })
      }
    }
  }
  return { start, end }
}

/** The part made deterministic, with its accepting and other states exchanged. */
function buildComplement(inner: Part, draft: Draft): Part {
  const graph: Automaton = { ...draft, ...inner }
  const alphabet = alphabetOf(graph)
  const states = new Map<string, number>()
  const queue: { readonly members: readonly number[]; readonly state: number }[] = []
  const end = newState(draft)
  const stateOf = (members: readonly number[]): number => {
    const key = members.join()
    const known = states.get(key)
    if (known !== undefined) return known
    const state = newState(draft)
    states.set(key, state)
    queue.push({ members, state })
    if (!members.includes(inner.end)) addJump(draft, state, end)
    return state
  }
  const start = stateOf(closureOf(graph, [inner.start]))
  for (let next = queue.pop(); next !== undefined && !draft.isFull; next = queue.pop()) {
    const { members, state } = next
    const rangesByTarget = new Map<number, (readonly [number, number])[]>()
    for (const range of alphabet) {
      const reached = closureOf(graph, edgesTo(graph, members, range[0]))
      spend(draft, 1 + members.length + reached.length)
      if (draft.isFull) break
      const to = stateOf(reached)
      const ranges = rangesByTarget.get(to)
      if (ranges === undefined) rangesByTarget.set(to, [range])
      else ranges.push(range)
    }
    for (const [to, ranges] of rangesByTarget)
      addEdge(draft, state, { set: codePointsOf(ranges), to })
  }
  return { start, end }
}

function spend(draft: Draft, effort: number): void {
  draft.effort += effort
  if (draft.effort > maxEffort) draft.isFull = true
}
