import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { whyNoKernelTypes } from '../kernel-types.fixture.ts'
import { shippedSection, shippedTypes } from '../object.fixture.ts'
import { kernelTypesPath } from '../probe.ts'
import { btfBuilder } from './btf-builder.fixture.ts'
import { parseBtf } from './btf.ts'
import {
  answerRelocations,
  parseRelocations,
  type Question,
  type Relocation,
} from './relocations.ts'

/** The answer to one question about `type`, asked of `kernel`. */
function ask(
  { object, kernel }: { readonly object: Uint8Array; readonly kernel: Uint8Array },
  question: Question,
  { type, accessor }: { readonly type: number; readonly accessor: string },
) {
  const relocation: Relocation = { section: 'raw_tp/x', offset: 0, type, accessor, question }
  return answerRelocations([relocation], { object: parseBtf(object), kernel: parseBtf(kernel) })[0]
}

/** An object that knows `task { u32 pid; task *parent; signal { u32 live } signal }`. */
function taskObject(name = 'task') {
  const write = btfBuilder()
  const u32 = write.int('unsigned int', 4)
  const signal = write.struct('signal', 4, [['live', u32, 0]])
  const pointer = write.pointer(0)
  const type = write.struct(name, 24, [
    ['pid', u32, 0],
    ['parent', pointer, 8],
    ['signal', signal, 16],
  ])
  return { object: write.build(), type }
}

/** A kernel with two types named task, whose pids lie at 8 and at `second`. */
function twoTasks(second: number): Uint8Array {
  const write = btfBuilder()
  const int = write.int('int', 4)
  write.struct('task', 64, [['pid', int, 8]])
  write.struct('task', 64, [['pid', int, second]])
  return write.build()
}

/** A pid with numbers of so many bytes each. */
function upids(
  bytes: number,
  length: number,
): { readonly bytes: Uint8Array; readonly type: number } {
  const write = btfBuilder()
  const upid = write.struct('upid', bytes, [['nr', write.int('int', 4), bytes - 4]])
  const type = write.struct('pid', 64, [['numbers', write.array(upid, length), 16]])
  return { bytes: write.build(), type }
}

test('a field is found where the kernel has it', () => {
  const { object, type } = taskObject()
  const write = btfBuilder()
  const u32 = write.int('unsigned int', 4)
  const signal = write.struct('signal', 12, [['live', u32, 8]])
  write.struct('task', 4096, [
    ['state', u32, 0],
    ['signal', signal, 3000],
    ['pid', u32, 2000],
  ])
  const kernel = write.build()
  expect(ask({ object, kernel }, 'field-offset', { type, accessor: '0:0' })).toEqual({
    compiled: 0n,
    actual: 2000n,
  })
  expect(ask({ object, kernel }, 'field-offset', { type, accessor: '0:2:0' })).toEqual({
    compiled: 16n,
    actual: 3008n,
  })
  expect(ask({ object, kernel }, 'field-bytes', { type, accessor: '0:2' })).toEqual({
    compiled: 4n,
    actual: 12n,
  })
})

test('a field inside an anonymous member is found, with both offsets', () => {
  const { object, type } = taskObject()
  const write = btfBuilder()
  const u32 = write.int('unsigned int', 4)
  const inner = write.union('', 8, [
    ['other', u32, 0],
    ['pid', u32, 4],
  ])
  const outer = write.struct('', 16, [['', inner, 8]])
  write.struct('task', 64, [['', outer, 32]])
  const kernel = write.build()
  expect(ask({ object, kernel }, 'field-offset', { type, accessor: '0:0' })?.actual).toBe(44n)
})

test('a field that the kernel lacks has no offset and does not exist', () => {
  const { object, type } = taskObject()
  const write = btfBuilder()
  write.struct('task', 8, [['tgid', write.int('int', 4), 0]])
  const kernel = write.build()
  expect(ask({ object, kernel }, 'field-offset', { type, accessor: '0:0' })?.actual).toBeUndefined()
  expect(ask({ object, kernel }, 'field-exists', { type, accessor: '0:0' })).toEqual({
    compiled: 1n,
    actual: 0n,
  })
})

test('a flavoured type is looked up by its plain name', () => {
  const { object, type } = taskObject('task___of_old')
  const write = btfBuilder()
  write.struct('task', 8, [['pid', write.int('int', 4), 4]])
  const kernel = write.build()
  expect(ask({ object, kernel }, 'field-offset', { type, accessor: '0:0' })?.actual).toBe(4n)
})

test('a member of the same name but another sort is not taken for it', () => {
  const { object, type } = taskObject()
  const write = btfBuilder()
  write.struct('task', 16, [['pid', write.pointer(0), 8]])
  const kernel = write.build()
  expect(ask({ object, kernel }, 'field-exists', { type, accessor: '0:0' })?.actual).toBe(0n)
})

test('a bit field is not taken for a field that we read as bytes', () => {
  const { object, type } = taskObject()
  const write = btfBuilder()
  write.bitfield('task', 'pid', write.int('unsigned int', 4), 3, 5)
  const kernel = write.build()
  expect(ask({ object, kernel }, 'field-exists', { type, accessor: '0:0' })?.actual).toBe(0n)
})

test('two types of one name that agree are one answer, two that differ are refused', () => {
  const { object, type } = taskObject()
  const question = { type, accessor: '0:0' }
  expect(ask({ object, kernel: twoTasks(8) }, 'field-offset', question)?.actual).toBe(8n)
  expect(() => ask({ object, kernel: twoTasks(12) }, 'field-offset', question)).toThrow(/differ/)
})

test('an element of an array counts by the size that elements have in the kernel', () => {
  const local = upids(8, 2)
  const object = local.bytes
  const at = (accessor: string) => ({ type: local.type, accessor })
  expect(ask({ object, kernel: upids(24, 4).bytes }, 'field-offset', at('0:0:1:0'))).toEqual({
    compiled: 28n,
    actual: 60n,
  })
  // Length 0 is a flexible array.
  expect(ask({ object, kernel: upids(24, 0).bytes }, 'field-exists', at('0:0:1'))?.actual).toBe(1n)
  expect(ask({ object, kernel: upids(24, 1).bytes }, 'field-exists', at('0:0:1'))?.actual).toBe(0n)
})

test('sizes of types and values of enumerators are those of the kernel', () => {
  const local = btfBuilder()
  const sort = local.enumeration('sort', { PGID: 2, SID: 3 })
  const upid = local.struct('upid', 16, [])
  const object = local.build()
  const write = btfBuilder()
  write.enumeration64('sort', { FIRST: 0n, SID: 0x1_0000_0004n })
  write.struct('upid', 40, [])
  const kernel = write.build()
  expect(ask({ object, kernel }, 'type-bytes', { type: upid, accessor: '0' })).toEqual({
    compiled: 16n,
    actual: 40n,
  })
  expect(ask({ object, kernel }, 'type-exists', { type: upid, accessor: '0' })?.actual).toBe(1n)
  expect(ask({ object, kernel }, 'value', { type: sort, accessor: '1' })).toEqual({
    compiled: 3n,
    actual: 0x1_0000_0004n,
  })
  expect(ask({ object, kernel }, 'value', { type: sort, accessor: '0' })?.actual).toBeUndefined()
  expect(ask({ object, kernel }, 'value-exists', { type: sort, accessor: '0' })?.actual).toBe(0n)
})

test('the running kernel answers every question of the shipped object that it must', (context) => {
  const why = whyNoKernelTypes()
  context.skip(why !== undefined, why)
  const object = shippedTypes()
  const relocations = parseRelocations(shippedSection('.BTF.ext'), object)
  const kernel = parseBtf(readFileSync(kernelTypesPath))
  const answers = answerRelocations(relocations, { object, kernel })
  // Only what stands behind a question for existence may be missing: flavours, and v1 cgroup controllers.
  const unanswered = relocations
    .filter((_, nth) => answers[nth]?.actual === undefined)
    .map(({ type }) => object.typeAt(type))
    .map((type) => ('name' in type ? type.name : type.kind))
    .filter((name) => !name.includes('___') && name !== 'cgroup_subsys_id')
  const renamed = ['kernfs_node', 'task_struct']
  expect(unanswered.filter((name) => !renamed.includes(name))).toEqual([])
  expect(relocations.length).toBeGreaterThan(100)
})
