import { anyCodePoint } from './code-points.ts'
import type { Automaton } from './state-sets.ts'
import { stepperOf, type Stepper } from './stepper.ts'

/** Steps remembered at once, over all states. */
const maxRemembered = 200_000

/** Members of all remembered states together. */
const maxHeldMembers = 1_000_000

/** Members of new states that a text may make in a row; then a stretch of it is walked without remembering. */
const maxNewMembers = 20_000
const stretchLength = 512

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
    let at = 0
    while (at < text.length) {
      if (state.isDecided) return state.accepts
      const codePoint = text.codePointAt(at) ?? 0
      const letter =
        codePoint < 128 ? (machine.ascii[codePoint] ?? 0) : machine.stepper.letterOf(codePoint)
      let next = state.next[letter]
      if (next === undefined && newMembers > maxNewMembers) {
        const stretch = stretchFrom(text, at)
        state = stateOf(machine, walk(machine, state.members, stretch))
        at += stretch.length
        // Where the states have come to a rest, a few more of them are all that is left to know.
        newMembers = maxNewMembers - 3 * state.members.length
        continue
      }
      if (next === undefined) {
        next = advance(machine, state, letter)
        newMembers += next.members.length
      }
      state = next
      at += codePoint > 0xffff ? 2 : 1
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
  /** Room for all states of the graph, twice. */
  readonly scratch: Int32Array
  readonly otherScratch: Int32Array
  readonly maxKnown: number
  heldMembers: number
  start: State
}

interface State {
  readonly members: Int32Array
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
    scratch: new Int32Array(graph.jumps.length),
    otherScratch: new Int32Array(graph.jumps.length),
    maxKnown: Math.max(8, Math.floor(maxRemembered / stepper.letters)),
    heldMembers: 0,
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

function advance(machine: Machine, from: State, letter: number): State {
  const { members } = from
  const count = machine.stepper.step(members, members.length, letter, machine.scratch)
  const to = stateOf(machine, machine.scratch.slice(0, count))
  from.next[letter] = to
  return to
}

/** The state of these members, in any order. Where too many are known, those are forgotten. */
function stateOf(machine: Machine, members: Int32Array): State {
  const { stepper, known, end, sinks } = machine
  members.sort()
  const key = members.join()
  const same = known.get(key)
  if (same !== undefined) return same
  if (known.size >= machine.maxKnown || machine.heldMembers > maxHeldMembers) {
    known.clear()
    machine.heldMembers = 0
    machine.start = newState(stepper.first, end, sinks)
  }
  const state = newState(members, end, sinks)
  known.set(key, state)
  machine.heldMembers += members.length
  return state
}

function newState(members: Int32Array, end: number, sinks: ReadonlySet<number>): State {
  const accepts = members.includes(end)
  const isDecided = members.length === 0 || (accepts && members.some((member) => sinks.has(member)))
  return { members, accepts, isDecided, next: [] }
}

/** A stretch of a text that ends with a whole character. */
function stretchFrom(text: string, at: number): string {
  const end = at + stretchLength
  const isCut = (text.codePointAt(end - 1) ?? 0) > 0xffff
  return text.slice(at, isCut ? end + 1 : end)
}

/** The states that a stretch of a text leads to, all at once. */
function walk(
  { stepper, scratch, otherScratch }: Machine,
  start: Int32Array,
  stretch: string,
): Int32Array {
  let [states, count] = [start, start.length]
  for (let at = 0; at < stretch.length && count > 0; at++) {
    const codePoint = stretch.codePointAt(at) ?? 0
    if (codePoint > 0xffff) at++
    const next = states === scratch ? otherScratch : scratch
    count = stepper.step(states, count, stepper.letterOf(codePoint), next)
    states = next
  }
  return states.slice(0, count)
}
