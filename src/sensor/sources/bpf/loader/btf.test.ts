import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Fault } from '#base'
import { shippedTypes } from '../object.fixture.ts'
import { btfBuilder } from './btf-builder.fixture.ts'
import { parseBtf } from './btf.ts'
import { bytesOf } from './field-path.ts'
import { kernelTypesPath } from '../probe.ts'
import { whyNoKernelTypes } from '../kernel-types.fixture.ts'

test('types are read back as they were written', () => {
  const write = btfBuilder()
  const int = write.int('int', 4)
  const pointer = write.pointer(int)
  const items = write.array(pointer, 3)
  const outer = write.struct('outer', 32, [
    ['first', int, 0],
    ['items', items, 8],
  ])
  const sort = write.enumeration('sort', { SMALL: 1, LARGE: 7 })
  const wide = write.enumeration64('wide', { HUGE: 0x1_0000_0002n })
  const btf = parseBtf(write.build())

  expect(btf.lastId).toBe(6)
  expect(btf.typeAt(outer)).toEqual({
    kind: 'struct',
    name: 'outer',
    bytes: 32,
    members: [
      { name: 'first', type: int, bitOffset: 0, isBitfield: false },
      { name: 'items', type: items, bitOffset: 64, isBitfield: false },
    ],
  })
  expect(btf.typeAt(items)).toEqual({ kind: 'array', of: pointer, length: 3 })
  expect(btf.typeAt(sort)).toMatchObject({ values: [{ name: 'SMALL', value: 1n }, { value: 7n }] })
  expect(btf.typeAt(wide)).toMatchObject({ values: [{ name: 'HUGE', value: 0x1_0000_0002n }] })
  expect([int, pointer, items, outer].map((id) => bytesOf(btf, id))).toEqual([4, 8, 24, 32])
})

test('an alias is followed through typedefs and qualifiers', () => {
  const write = btfBuilder()
  const int = write.int('unsigned int', 4)
  const alias = write.typedef('u32', write.constant(int))
  expect(parseBtf(write.build()).resolved(alias)).toEqual({
    kind: 'int',
    name: 'unsigned int',
    bytes: 4,
  })
})

test('several types of one name are all found', () => {
  const write = btfBuilder()
  const int = write.int('int', 4)
  const first = write.struct('thing', 4, [['a', int, 0]])
  const second = write.struct('thing', 8, [['a', int, 4]])
  const ids = parseBtf(write.build()).idsByName(new Set(['thing', 'absent']))
  expect(ids).toEqual(new Map([['thing', [first, second]]]))
})

test.each([
  ['no bytes', new Uint8Array()],
  ['other bytes', new Uint8Array(100).fill(7)],
  ['types that were cut', btfBuilder().build().subarray(0, 20)],
])('%s are refused as BTF', (_, bytes) => {
  expect(() => parseBtf(bytes)).toThrow(Fault)
})

test('the shipped object describes the kernel structures that it reads', () => {
  const ids = shippedTypes().idsByName(new Set(['task_struct', 'dentry', 'kernfs_node']))
  expect([...ids.keys()].toSorted()).toEqual(['dentry', 'kernfs_node', 'task_struct'])
})

test("the running kernel's types are read, the process structure among them", (context) => {
  const why = whyNoKernelTypes()
  context.skip(why !== undefined, why)
  const btf = parseBtf(readFileSync(kernelTypesPath))
  const [id = 0] = btf.idsByName(new Set(['task_struct'])).get('task_struct') ?? []
  const task = btf.typeAt(id)
  expect(task.kind === 'struct' && task.members.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['pid', 'tgid', 'real_parent', 'signal']),
  )
})
