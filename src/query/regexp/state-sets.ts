import { holdsCodePoint, maxCodePoint, type CodePoints } from './code-points.ts'

/** A nondeterministic automaton: states are numbers from 0. */
export interface Automaton {
  /** For each state, the states reached without a character. */
  readonly jumps: readonly (readonly number[])[]
  /** For each state, the states reached by a character of a set. */
  readonly edges: readonly (readonly Edge[])[]
  readonly start: number
  readonly end: number
}

/** A way from a state by one character. */
export interface Edge {
  readonly set: CodePoints
  readonly to: number
}

/** Ranges of code points, ascending and without gaps, that no edge below the start tells apart. */
export function alphabetOf(graph: Automaton): readonly (readonly [number, number])[] {
  const firsts = new Set([0])
  for (const state of reachableFrom(graph, graph.start)) {
    for (const { set } of graph.edges[state] ?? []) {
      for (const [i, bound] of set.entries()) firsts.add(i % 2 === 0 ? bound : bound + 1)
    }
  }
  firsts.delete(maxCodePoint + 1)
  const sorted = [...firsts].sort((a, b) => a - b)
  return sorted.map((first, i) => [first, (sorted[i + 1] ?? maxCodePoint + 1) - 1] as const)
}

function reachableFrom(graph: Automaton, start: number): ReadonlySet<number> {
  const found = new Set([start])
  for (const state of found) {
    for (const next of graph.jumps[state] ?? []) found.add(next)
    for (const { to } of graph.edges[state] ?? []) found.add(to)
  }
  return found
}

/** The states themselves and all that are reached without a character, ascending. */
export function closureOf(graph: Automaton, states: readonly number[]): readonly number[] {
  const found = new Set(states)
  for (const state of found) for (const next of graph.jumps[state] ?? []) found.add(next)
  return [...found].sort((a, b) => a - b)
}

/** The states reached from some of the states by one character. */
export function edgesTo(
  graph: Automaton,
  states: readonly number[],
  codePoint: number,
): readonly number[] {
  const reached: number[] = []
  for (const state of states) {
    for (const { set, to } of graph.edges[state] ?? []) {
      if (holdsCodePoint(set, codePoint)) reached.push(to)
    }
  }
  return reached
}
