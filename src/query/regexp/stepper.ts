import { rangesOf } from './code-points.ts'
import { alphabetOf, type Automaton } from './state-sets.ts'

/** An automaton made ready for walking: characters become letters, numbers of ranges that it does not tell apart. */
export interface Stepper {
  readonly letters: number
  letterOf(codePoint: number): number
  /** States to begin with. Of any set only those states are kept that have a way on, or are the end. */
  readonly first: readonly number[]
  /** The states reached by one letter, in no order, each once. Linear in the states and their ways. */
  step(states: readonly number[], letter: number): readonly number[]
}

/** Prepares an automaton. Not to be used by two walks at the same moment; walks never pause. */
export function stepperOf(graph: Automaton): Stepper {
  const firsts = Int32Array.from(alphabetOf(graph), ([first]) => first)
  const letterOf = (codePoint: number) => lastAtOrBelow(firsts, codePoint)
  const ways = graph.edges.map((edges) =>
    Int32Array.from(
      edges.flatMap(({ set, to }) =>
        rangesOf(set).flatMap(([first, last]) => [letterOf(first), letterOf(last), to]),
      ),
    ),
  )
  const marks = new Int32Array(graph.jumps.length)
  let mark = 0
  const stack: number[] = []
  const enter = (start: number, found: number[]): void => {
    stack.push(start)
    for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
      if (marks[state] === mark) continue
      marks[state] = mark
      if (state === graph.end || (ways[state]?.length ?? 0) > 0) found.push(state)
      for (const next of graph.jumps[state] ?? []) if (marks[next] !== mark) stack.push(next)
    }
  }
  const begin = (): number[] => {
    if (mark === 0x7fffffff) {
      marks.fill(0)
      mark = 0
    }
    mark++
    return []
  }
  const first = begin()
  enter(graph.start, first)
  return {
    letters: firsts.length,
    letterOf,
    first,
    step(states, letter) {
      const found = begin()
      for (const state of states) {
        const own = ways[state]
        if (own === undefined) continue
        for (let i = 0; i < own.length; i += 3) {
          if ((own[i] ?? 0) > letter || (own[i + 1] ?? 0) < letter) continue
          const to = own[i + 2] ?? 0
          if (marks[to] !== mark) enter(to, found)
        }
      }
      return found
    },
  }
}

function lastAtOrBelow(firsts: Int32Array, codePoint: number): number {
  let low = 0
  let high = firsts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((firsts[middle] ?? 0) <= codePoint) low = middle + 1
    else high = middle
  }
  return low - 1
}
