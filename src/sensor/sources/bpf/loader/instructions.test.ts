import { expect, test } from 'vitest'
import { applyAnswer, setMap } from './instructions.ts'

/** One instruction, or the two halves of a 64-bit load. */
function code(operation: number, constant: number, offset = 0): DataView {
  const view = new DataView(new ArrayBuffer(16))
  view.setUint8(0, operation)
  view.setUint8(1, 0x21)
  view.setInt16(2, offset, true)
  view.setInt32(4, constant, true)
  return view
}

const add = 0x07
const move32 = 0xb4
const loadWord = 0x61
const load64 = 0x18

test.each([add, move32])('arithmetic (%i) gets the answer as its constant', (operation) => {
  const instruction = code(operation, 48)
  applyAnswer(instruction, 0, { compiled: 48n, actual: 1736n })
  expect(instruction.getInt32(4, true)).toBe(1736)
})

test('a memory access gets the answer as its offset', () => {
  const instruction = code(loadWord, 0, 16)
  applyAnswer(instruction, 0, { compiled: 16n, actual: 24n })
  expect(instruction.getInt16(2, true)).toBe(24)
})

test('a 64-bit load gets the answer in both halves', () => {
  const instruction = code(load64, 3)
  applyAnswer(instruction, 0, { compiled: 3n, actual: 0x5_0000_0009n })
  expect(instruction.getUint32(4, true)).toBe(9)
  expect(instruction.getUint32(12, true)).toBe(5)
})

test('an instruction without an answer becomes a call that no kernel has', () => {
  const instruction = code(add, 8)
  applyAnswer(instruction, 0, { compiled: 8n, actual: undefined })
  expect(instruction.getUint8(0)).toBe(0x85)
  expect(instruction.getUint8(1)).toBe(0)
  expect(instruction.getInt32(4, true)).toBeGreaterThan(1_000_000)
})

test('both halves of a 64-bit load without an answer are poisoned', () => {
  const instruction = code(load64, 3)
  applyAnswer(instruction, 0, { compiled: 3n, actual: undefined })
  expect([instruction.getUint8(0), instruction.getUint8(8)]).toEqual([0x85, 0x85])
})

test('an instruction that does not hold what was compiled is not touched', () => {
  expect(() => applyAnswer(code(add, 8), 0, { compiled: 12n, actual: 16n })).toThrow(/compiled/)
})

test('a 64-bit load is told that its number is a map', () => {
  const instruction = code(load64, 0)
  setMap(instruction, 0, 42)
  expect(instruction.getUint8(1)).toBe(0x11)
  expect(instruction.getInt32(4, true)).toBe(42)
  expect(() => setMap(code(add, 0), 0, 42)).toThrow(/64-bit load/)
})
