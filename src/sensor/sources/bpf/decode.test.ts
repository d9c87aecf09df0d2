import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ExecRecord } from '../../record.ts'
import { decodeBatch } from './decode.ts'
import { batchOf, frame, recordBytes, type RecordSketch } from './record-bytes.fixture.ts'
import { flagBits, head } from './record-layout.ts'

function execOf(sketch: Omit<RecordSketch, 'kind'>): ExecRecord | undefined {
  const { records } = decodeBatch(batchOf(frame(recordBytes({ kind: 'exec', ...sketch }))))
  return records.find((record) => record.kind === 'exec')
}

function fixture(name: string): Buffer {
  return readFileSync(new URL(`./fixtures/${name}`, import.meta.url))
}

test('captured bytes of a real kernel decode to the records that are written beside them', () => {
  const expected = fixture('records.ndjson')
    .toString()
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  const decoded = decodeBatch(Uint8Array.from(fixture('records.bin')).buffer)
  const asWritten: unknown = JSON.parse(
    JSON.stringify(decoded.records, (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}n` : value,
    ),
  )
  expect(asWritten).toEqual(expected)
  expect(decoded).toMatchObject({ undecodable: 0, argsUnreadable: 0, truncated: 0 })
})

test('the captured cast is there: odd arguments, a script, an exit status, a signal', () => {
  const { records } = decodeBatch(Uint8Array.from(fixture('records.bin')).buffer)
  const execs = records.filter((record) => record.kind === 'exec')
  const exits = records.filter((record) => record.kind === 'exit')
  expect(execs[0]?.args).toEqual(['/bin/true', 'plain', '', 'two words', 'héllo'])
  expect(execs[2]?.args).toEqual(['/bin/true', '\ufffd\ufffdx\nline'])
  expect(execs[3]?.executable).toBe('/usr/bin/dash')
  expect(execs[3]?.filename).toMatch(/script\.sh$/)
  expect(execs[3]?.args.slice(0, 2)).toEqual(['/bin/sh', '-e'])
  expect(exits.map(({ exitStatus, signal }) => [exitStatus, signal])).toEqual([
    [0, 0],
    [0, 0],
    [3, 0],
    [0, 15],
  ])
})

test.each([
  ['plain arguments', 'a\0b\0', ['a', 'b']],
  ['empty arguments', '\0\0b\0\0', ['', '', 'b', '']],
  ['no argument at all, for which the kernel gives an empty one', '\0', ['']],
  ['nothing readable', '', []],
  ['a last argument that was cut', 'a\0lon', ['a', 'lon']],
])('argv with %s is split at each NUL', (_, args, expected) => {
  expect(execOf({ args })?.args).toEqual(expected)
})

test('bytes that are not UTF-8 are shown as replacement characters, and counted as they were', () => {
  const record = execOf({ args: Uint8Array.from([0x61, 0xff, 0xc3, 0x00, 0x62, 0x00]) })
  expect(record).toMatchObject({ args: ['a\ufffd\ufffd', 'b'], argsBytes: 6 })
})

test('a truncated argv says so and tells its real length', () => {
  const record = execOf({ args: 'a\0b', argsTotalBytes: 90_000, flags: flagBits.argsTruncated })
  expect(record).toMatchObject({ args: ['a', 'b'], argsTruncated: true, argsBytes: 90_000 })
})

test('names that come leaf first become paths from the root', () => {
  const record = execOf({ path: 'ssh\0bin\0usr\0', workingDirectory: '', cgroup: 'b\0a\0' })
  expect(record).toMatchObject({
    executable: '/usr/bin/ssh',
    workingDirectory: '/',
    cgroup: '/a/b',
    pathIsBare: false,
  })
})

test('an executable outside the mount tree keeps its bare name', () => {
  const record = execOf({ path: 'memfd:evil\0', flags: flagBits.pathIsBare })
  expect(record).toMatchObject({ executable: 'memfd:evil', pathIsBare: true })
})

test.each([flagBits.pathTruncated, flagBits.workingDirectoryTruncated])(
  'a path or working directory that was cut is marked (flag %i)',
  (flags) => {
    const record = execOf({ flags, path: 'b\0a\0', workingDirectory: 'd\0c\0' })
    expect(record?.pathTruncated).toBe(true)
    expect([record?.executable, record?.workingDirectory]).toContain(
      flags === flagBits.pathTruncated ? 'a/b' : 'c/d',
    )
  },
)

test('descriptors are told by the sort of their inode, devices with their numbers', () => {
  const record = execOf({
    stdioMode: [0o020620, 0o140777, 0],
    stdioDevice: [(136 << 20) | 7, 0, 0],
  })
  expect(record?.stdio).toEqual([
    { kind: 'char', device: { major: 136, minor: 7 } },
    { kind: 'socket', device: undefined },
    { kind: 'none', device: undefined },
  ])
  const others = execOf({ stdioMode: [0o010600, 0o100644, 0o600] })
  expect(others?.stdio.map(({ kind }) => kind)).toEqual(['pipe', 'regular', 'other'])
})

test.each([
  ['exit(7)', 7 << 8, { exitStatus: 7, signal: 0 }],
  ['a kill', 9, { exitStatus: 0, signal: 9 }],
  ['a crash with a core dump', 0x80 | 11, { exitStatus: 0, signal: 11 }],
])('the end by %s', (_, exitCode, expected) => {
  const { records } = decodeBatch(batchOf(frame(recordBytes({ kind: 'exit', exitCode }))))
  expect(records).toMatchObject([expected])
})

test('what does not decode is counted, and what follows is still read', () => {
  const unknownKind = recordBytes({ kind: 'fork' })
  new DataView(unknownKind.buffer).setUint16(head.kind, 9, true)
  const short = recordBytes({ kind: 'exec' }).subarray(0, 200)
  const lying = recordBytes({ kind: 'exec', args: 'a\0' }).subarray(0, -1)
  const good = recordBytes({ kind: 'fork', pid: 7 })
  const frames = [unknownKind, short, lying, new Uint8Array(3), good].map((each) => frame(each))
  const decoded = decodeBatch(batchOf(...frames))
  expect(decoded.undecodable).toBe(4)
  expect(decoded.records).toMatchObject([{ kind: 'fork', pid: 7 }])
})

test('a discarded frame is no record', () => {
  const decoded = decodeBatch(batchOf(frame(recordBytes({ kind: 'fork' }), 0x4000_0000)))
  expect(decoded).toMatchObject({ records: [], undecodable: 0 })
})

test('records with something cut or unreadable are counted', () => {
  const flags = [flagBits.argsTruncated, flagBits.envTruncated, flagBits.argsUnreadable, 0]
  const frames = flags.map((each) => frame(recordBytes({ kind: 'exec', flags: each })))
  expect(decodeBatch(batchOf(...frames))).toMatchObject({ truncated: 2, argsUnreadable: 1 })
})

test("each record's place in the numbering of its CPU and kind is told", () => {
  const places: number[][] = []
  const record = recordBytes({ kind: 'exit', cpu: 3, sequence: 41 })
  decodeBatch(batchOf(frame(record)), (...place) => places.push(place))
  expect(places).toEqual([[3, 2, 41]])
})
