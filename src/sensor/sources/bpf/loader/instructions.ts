import { assert } from '#base'
import type { Answer } from './relocations.ts'

/** Every instruction takes so many bytes; 64-bit loads take two of them. */
export const instructionBytes = 8

const load64 = 0x18
const call = 0x85
const toFunction = 1
const toMap = 1

// A call to a helper that no kernel has: dead branches stay loadable, live ones are refused by the verifier by this number.
const poison = 0x0bad_1dea

/** Whether the instruction at `offset` calls a function of the same program. */
export function isFunctionCall(code: DataView, offset: number): boolean {
  return code.getUint8(offset) === call && code.getUint8(offset + 1) >> 4 === toFunction
}

/** How far a call leads, in instructions from the one after it. */
export function callDistance(code: DataView, offset: number): number {
  return code.getInt32(offset + 4, true)
}

/** Lets the call at `offset` lead to another distance. */
export function setCallDistance(code: DataView, offset: number, distance: number): void {
  code.setInt32(offset + 4, distance, true)
}

/** Lets the 64-bit load at `offset` give the map behind a descriptor. */
export function setMap(code: DataView, offset: number, fd: number): void {
  assert(code.getUint8(offset) === load64, 'a map is named by a 64-bit load')
  code.setUint8(offset + 1, (code.getUint8(offset + 1) & 0xf) | (toMap << 4))
  code.setInt32(offset + 4, fd, true)
}

/** Writes the kernel's answer into the instruction at `offset`, or poisons it where there is none. */
export function applyAnswer(code: DataView, offset: number, { compiled, actual }: Answer): void {
  const operation = code.getUint8(offset)
  const isLoad64 = operation === load64
  if (actual === undefined) {
    poisonAt(code, offset)
    if (isLoad64) poisonAt(code, offset + instructionBytes)
    return
  }
  if (isLoad64) {
    assert(
      load64Of(code, offset) === BigInt.asUintN(64, compiled),
      'the load holds what was compiled',
    )
    code.setUint32(offset + 4, Number(BigInt.asUintN(32, actual)), true)
    code.setUint32(offset + 12, Number(BigInt.asUintN(32, actual >> 32n)), true)
    return
  }
  const kind = operation & 7
  const isArithmetic = kind === 4 || kind === 7
  if (isArithmetic) {
    assert((operation & 8) === 0, 'relocated arithmetic has a constant')
    assert(
      BigInt(code.getInt32(offset + 4, true)) === compiled,
      'the constant is what was compiled',
    )
    code.setInt32(offset + 4, Number(actual), true)
    return
  }
  assert(BigInt(code.getInt16(offset + 2, true)) === compiled, 'the offset is what was compiled')
  code.setInt16(offset + 2, Number(actual), true)
}

function load64Of(code: DataView, offset: number): bigint {
  const high = BigInt(code.getUint32(offset + 12, true))
  return (high << 32n) | BigInt(code.getUint32(offset + 4, true))
}

function poisonAt(code: DataView, offset: number): void {
  code.setUint8(offset, call)
  code.setUint8(offset + 1, 0)
  code.setInt16(offset + 2, 0, true)
  code.setInt32(offset + 4, poison, true)
}
