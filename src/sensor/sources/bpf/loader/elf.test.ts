import { expect, test } from 'vitest'
import { Fault } from '#base'
import { shippedObject, shippedSection } from '../object.fixture.ts'
import { parseElf } from './elf.ts'
import { mapShapes } from './load.ts'

test('the shipped object holds the three raw tracepoint programs, its types and a licence', () => {
  const names = shippedObject().sections.map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining([
      'raw_tp/sched_process_exec',
      'raw_tp/sched_process_fork',
      'raw_tp/sched_process_exit',
      '.BTF',
      '.BTF.ext',
    ]),
  )
  expect(Buffer.from(shippedSection('license')).toString()).toBe('Dual MIT/GPL\0')
})

test('the shipped object declares its maps, and the loader fills in what it leaves open', () => {
  const shapes = mapShapes(shippedObject(), { ring: 1 << 20, workbenches: 4 })
  expect(Object.fromEntries(shapes)).toMatchObject({
    ring: { type: 27, keyBytes: 0, valueBytes: 0, maxEntries: 1 << 20 },
    workbenches: { type: 2, keyBytes: 4, maxEntries: 4 },
    tallies: { type: 6, keyBytes: 4, valueBytes: 16, maxEntries: 3 },
  })
})

test('every relocation of the programs names a map or a function', () => {
  const object = shippedObject()
  const named = object.sections
    .filter(({ name }) => name.startsWith('raw_tp/'))
    .flatMap((section) => object.relocationsOf(section))
    .map(({ symbol }) => symbol.name || symbol.kind)
  expect(new Set(named)).toEqual(new Set(['ring', 'workbenches', 'tallies', 'section']))
})

test.each([
  ['no bytes', new Uint8Array()],
  ['text', new TextEncoder().encode('#!/bin/sh\n'.repeat(20))],
  ['an object that was cut', parseableHead()],
])('%s is refused as an object', (_, bytes) => {
  expect(() => parseElf(bytes)).toThrow(Fault)
})

function parseableHead(): Uint8Array {
  const [first] = shippedObject().sections
  return new Uint8Array(first?.bytes.buffer ?? new ArrayBuffer(0), 0, 1000)
}
