import { expect, test } from 'vitest'
import { Fault } from '#base'
import { shippedObject, shippedSection, shippedTypes } from '../object.fixture.ts'
import { callDistance, instructionBytes, isFunctionCall } from './instructions.ts'
import { linkPrograms } from './link.ts'
import { answerRelocations, parseRelocations } from './relocations.ts'

const someMaps = new Map([
  ['ring', 71],
  ['workbenches', 72],
  ['tallies', 73],
])

/** The shipped programs, linked as if the kernel's types were the object's own. */
function linked(maps: ReadonlyMap<string, number> = someMaps) {
  const types = shippedTypes()
  const relocations = parseRelocations(shippedSection('.BTF.ext'), types)
  const answers = answerRelocations(relocations, { object: types, kernel: types })
  return linkPrograms(shippedObject(), { relocations, answers, maps })
}

/** The linked code of one function, and the offset of each of its instructions. */
function codeOf(name: string) {
  const bytes = linked().find((program) => program.name === name)?.code ?? new Uint8Array()
  const code = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = code.byteLength / instructionBytes
  return { code, offsets: Array.from({ length: count }, (_, nth) => nth * instructionBytes) }
}

function functionBytes(name: string): number {
  return shippedObject().symbols.find((symbol) => symbol.name === name)?.bytes ?? 0
}

test('every program is linked under the name of its function', () => {
  expect(linked().map(({ section, name }) => [section, name])).toEqual([
    ['raw_tp/sched_process_exec', 'on_exec'],
    ['raw_tp/sched_process_fork', 'on_fork'],
    ['raw_tp/sched_process_exit', 'on_exit'],
  ])
})

test('only the functions that a program calls are appended, each once', () => {
  const sizes = linked().map(({ code }) => code.byteLength)
  const called = functionBytes('step_up') + functionBytes('step_up_cgroup')
  expect(called).toBeGreaterThan(0)
  expect(sizes).toEqual([
    functionBytes('on_exec') + called,
    functionBytes('on_fork'),
    functionBytes('on_exit'),
  ])
})

test('every call leads to the beginning of an appended function', () => {
  const { code, offsets } = codeOf('on_exec')
  const targets = offsets
    .filter((at) => isFunctionCall(code, at))
    .map((at) => at + (callDistance(code, at) + 1) * instructionBytes)
  const first = functionBytes('on_exec')
  expect(new Set(targets)).toEqual(new Set([first, first + functionBytes('step_up')]))
})

test('maps are named by their descriptors', () => {
  const { code, offsets } = codeOf('on_fork')
  const descriptors = offsets
    .filter((at) => code.getUint16(at) >> 4 === 0x181)
    .map((at) => code.getInt32(at + 4, true))
  expect(new Set(descriptors)).toEqual(new Set([71, 73]))
})

test('a map that was not created is a fault', () => {
  expect(() => linked(new Map())).toThrow(Fault)
})
