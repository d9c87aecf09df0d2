import { unreachable } from '#base'
import type { CodePointSet, SearchNode } from './syntax.ts'

/** One step of a compiled expression; all but `split` go on with the one after. */
export type Instruction =
  | { readonly kind: 'one'; readonly of: CodePointSet }
  /** Goes on at several places, the first one preferred. */
  | { readonly kind: 'split'; readonly to: readonly number[] }
  /** Notes the position: of a group's beginning in an even slot, of its end in the odd one after it. */
  | { readonly kind: 'mark'; readonly slot: number }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'word-edge' | 'no-word-edge' }
  | { readonly kind: 'match' }

/** The largest program that is run. */
const maxInstructions = 20_000

/** The steps that find an expression; undefined where it needs more than 20,000. */
export function programOf(node: SearchNode): readonly Instruction[] | undefined {
  const program: Instruction[] = []
  const fits = emit({ kind: 'group', of: node, number: 0 }, program)
  program.push({ kind: 'match' })
  return fits ? program : undefined
}

/** Appends the steps of a node; false where there are too many. */
function emit(node: SearchNode, program: Instruction[]): boolean {
  if (program.length > maxInstructions) return false
  switch (node.kind) {
    case 'empty':
      return true
    case 'one':
    case 'assert':
      program.push(node)
      return true
    case 'concat':
      return node.of.every((part) => emit(part, program))
    case 'group': {
      program.push({ kind: 'mark', slot: node.number * 2 })
      if (!emit(node.of, program)) return false
      program.push({ kind: 'mark', slot: node.number * 2 + 1 })
      return true
    }
    case 'either':
      return emitEither(node.of, program)
    case 'repeat':
      return emitRepeat(node, program)
    default:
      return unreachable(node)
  }
}

function emitEither(of: readonly SearchNode[], program: Instruction[]): boolean {
  const split = program.push({ kind: 'split', to: [] }) - 1
  const starts: number[] = []
  const exits: number[] = []
  for (const part of of) {
    starts.push(program.length)
    if (!emit(part, program)) return false
    exits.push(program.push({ kind: 'split', to: [] }) - 1)
  }
  program[split] = { kind: 'split', to: starts }
  for (const exit of exits) program[exit] = { kind: 'split', to: [program.length] }
  return true
}

function emitRepeat(
  { of, least, most, greedy }: Extract<SearchNode, { kind: 'repeat' }>,
  program: Instruction[],
): boolean {
  for (let count = 0; count < least; count++) if (!emit(of, program)) return false
  const choice = (into: number, past: number): Instruction => ({
    kind: 'split',
    to: greedy ? [into, past] : [past, into],
  })
  if (most === undefined) {
    const split = program.push({ kind: 'split', to: [] }) - 1
    if (!emit(of, program)) return false
    program.push({ kind: 'split', to: [split] })
    program[split] = choice(split + 1, program.length)
    return true
  }
  const splits: number[] = []
  for (let count = least; count < most; count++) {
    splits.push(program.push({ kind: 'split', to: [] }) - 1)
    if (!emit(of, program)) return false
  }
  for (const split of splits) program[split] = choice(split + 1, program.length)
  return true
}
