import { anyCodePoint } from './code-points.ts'
import type { Automaton } from './state-sets.ts'
import { stepperOf, type Stepper } from './stepper.ts'

/** Steps remembered at once, over all states; a text that needs more is walked without remembering. */
const maxRemembered = 200_000

/** Members of new states that one text may make; a text that makes more is walked on without remembering. */
const maxNewMembers = 20_000

/**
 * Whether a whole text leads an automaton to its end. The automaton is made deterministic step by step, as
 * texts need it, so that the time is linear in the text: a table look-up for each character on known ways,
 * at most the number of states times a constant on new ones. Safe to share; it remembers, within a limit.
 */
export function compileAutomaton(graph: Automaton): (text: string) => boolean {
  const machine = machineOf(graph)
  return (text) => {
    let state = machine.start
    let newMembers = 0
    for (let at = 0; at < text.length; at++) {
      if (state.isDecided) return state.accepts
      const codePoint = text.codePointAt(at) ?? 0
      const letter =
        codePoint < 128 ? (machine.ascii[codePoint] ?? 0) : machine.stepper.letterOf(codePoint)
      let next = state.next[letter]
      if (next === undefined) {
        if (newMembers > maxNewMembers) return walk(machine, state.members, text, at)
        next = advance(machine, state, letter)
        if (next === undefined) return walk(machine, state.members, text, at)
        newMembers += next.members.length
      }
      state = next
      if (codePoint > 0xffff) at++
    }
    return state.accepts
  }
}

/** Deterministic states, as far as they are known. */
interface Machine {
  readonly stepper: Stepper
  readonly end: number
  readonly ascii: Uint16Array
  /** States of the graph from which every text leads to the end. */
  readonly sinks: ReadonlySet<number>
  readonly known: Map<string, State>
  readonly maxKnown: number
  start: State
}

interface State {
  readonly members: readonly number[]
  readonly accepts: boolean
  /** Whatever follows changes nothing any more. */
  readonly isDecided: boolean
  readonly next: (State | undefined)[]
}

function machineOf(graph: Automaton): Machine {
  const stepper = stepperOf(graph)
  const sinks = sinksOf(graph)
  return {
    stepper,
    end: graph.end,
    ascii: Uint16Array.from({ length: 128 }, (_, codePoint) => stepper.letterOf(codePoint)),
    sinks,
    known: new Map(),
    maxKnown: Math.max(8, Math.floor(maxRemembered / stepper.letters)),
    start: newState(stepper.first, graph.end, sinks),
  }
}

/** States that lead back to themselves by any character and are as good as the end: `.*` at the end. */
function sinksOf(graph: Automaton): ReadonlySet<number> {
  const sinks = new Set<number>()
  const ending = endingStates(graph)
  for (const [state, edges] of graph.edges.entries()) {
    for (const { set, to } of edges) {
      if (set.length !== 2 || set[0] !== anyCodePoint[0] || set[1] !== anyCodePoint[1]) continue
      // The way on is kept in every set of states that holds such a loop, so it stands for the loop.
      if (ending.has(to) && leadsBack(graph, to, state)) sinks.add(state)
    }
  }
  return sinks
}

/** The states from which the end is reached without a character. */
function endingStates(graph: Automaton): ReadonlySet<number> {
  const sources = new Map<number, number[]>()
  for (const [state, targets] of graph.jumps.entries()) {
    for (const target of targets) {
      const known = sources.get(target)
      if (known === undefined) sources.set(target, [state])
      else known.push(state)
    }
  }
  const ending = new Set([graph.end])
  for (const state of ending) for (const source of sources.get(state) ?? []) ending.add(source)
  return ending
}

/** Whether a few jumps lead from a state to another; where it takes more, a loop is just not seen. */
function leadsBack(graph: Automaton, from: number, to: number): boolean {
  const reached = new Set([from])
  for (const state of reached) {
    if (state === to) return true
    if (reached.size > 32) return false
    for (const next of graph.jumps[state] ?? []) reached.add(next)
  }
  return false
}

/** The state after a letter; undefined where too many are known, which are then forgotten. */
function advance(machine: Machine, from: State, letter: number): State | undefined {
  const { stepper, known, end, sinks } = machine
  const members = [...stepper.step(from.members, letter)].sort((a, b) => a - b)
  const key = members.join()
  let to = known.get(key)
  if (to === undefined) {
    if (known.size >= machine.maxKnown) {
      known.clear()
      machine.start = newState(stepper.first, end, sinks)
      return undefined
    }
    to = newState(members, end, sinks)
    known.set(key, to)
  }
  from.next[letter] = to
  return to
}

function newState(members: readonly number[], end: number, sinks: ReadonlySet<number>): State {
  const accepts = members.includes(end)
  const isDecided = members.length === 0 || (accepts && members.some((member) => sinks.has(member)))
  return { members, accepts, isDecided, next: [] }
}

/** All states at once, from an offset of the text on. */
function walk(
  { stepper, end }: Machine,
  start: readonly number[],
  text: string,
  from: number,
): boolean {
  let states = start
  for (let at = from; at < text.length && states.length > 0; at++) {
    const codePoint = text.codePointAt(at) ?? 0
    if (codePoint > 0xffff) at++
    states = stepper.step(states, stepper.letterOf(codePoint))
  }
  return states.includes(end)
}
