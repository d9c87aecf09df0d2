import { rangesOf } from './code-points.ts'
import { alphabetOf, type Automaton } from './state-sets.ts'

/** An automaton made ready for walking: characters become letters, numbers of ranges that it does not tell apart. */
export interface Stepper {
  readonly letters: number
  letterOf(codePoint: number): number
  /** States to begin with. Of any set only those states are kept that have a way on, or are the end. */
  readonly first: Int32Array
  /**
   * Writes the states reached by one letter from the first `count` states, in no order, each once, and gives how
   * many there are. Linear in the states and their ways.
   */
  step(states: Int32Array, count: number, letter: number, into: Int32Array): number
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
  const isKept = Uint8Array.from(ways, ({ length }, state) =>
    length > 0 || state === graph.end ? 1 : 0,
  )
  const near = graph.jumps.map((_, state) => nearStates(graph, state, isKept))
  const table = tableOf(ways, firsts.length)
  const marks = new Int32Array(graph.jumps.length)
  let mark = 0
  const stack: number[] = []
  let found: Int32Array = new Int32Array(graph.jumps.length)
  let count = 0
  const enter = (start: number): void => {
    const few = near[start]
    if (few !== undefined) {
      for (let i = 0; i < few.length; i++) {
        const state = few[i] ?? 0
        if (marks[state] === mark) continue
        marks[state] = mark
        found[count++] = state
      }
      return
    }
    stack.push(start)
    for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
      if (marks[state] === mark) continue
      marks[state] = mark
      if (isKept[state] === 1) found[count++] = state
      for (const next of graph.jumps[state] ?? []) if (marks[next] !== mark) stack.push(next)
    }
  }
  const begin = (into: Int32Array): void => {
    if (mark === 0x7fffffff) {
      marks.fill(0)
      mark = 0
    }
    mark++
    found = into
    count = 0
  }
  begin(found)
  enter(graph.start)
  const first = found.slice(0, count)
  return {
    letters: firsts.length,
    letterOf,
    first,
    step(states, given, letter, into) {
      begin(into)
      for (let n = 0; n < given; n++) {
        const state = states[n] ?? 0
        const only = table[state * firsts.length + letter] ?? severalWays
        if (only !== severalWays) {
          if (only !== noWay) enter(only)
          continue
        }
        const own = ways[state]
        if (own === undefined) continue
        for (let i = 0; i < own.length; i += 3) {
          if ((own[i] ?? 0) > letter || (own[i + 1] ?? 0) < letter) continue
          enter(own[i + 2] ?? 0)
        }
      }
      return count
    },
  }
}

/** What stands in a table of ways instead of the one state that a way leads to. */
const noWay = -1
const severalWays = -2

/** Larger tables are not made: the ways are looked through instead. */
const maxTable = 1_000_000

/** For each state and letter the state that is reached. Empty where it would be too large. */
function tableOf(ways: readonly Int32Array[], letters: number): Int32Array {
  if (ways.length * letters > maxTable) return new Int32Array()
  const table = new Int32Array(ways.length * letters).fill(noWay)
  for (const [state, own] of ways.entries()) {
    for (let i = 0; i < own.length; i += 3) {
      for (let letter = own[i] ?? 0; letter <= (own[i + 1] ?? 0); letter++) {
        const at = state * letters + letter
        table[at] = table[at] === noWay ? (own[i + 2] ?? noWay) : severalWays
      }
    }
  }
  return table
}

/** The kept states that are reached without a letter, where there are few; undefined where there are more. */
function nearStates(
  { jumps }: Automaton,
  start: number,
  isKept: Uint8Array,
): Int32Array | undefined {
  const reached = new Set([start])
  for (const state of reached) {
    if (reached.size > maxNear) return undefined
    for (const next of jumps[state] ?? []) reached.add(next)
  }
  return Int32Array.from([...reached].filter((state) => isKept[state] === 1))
}

const maxNear = 24

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
