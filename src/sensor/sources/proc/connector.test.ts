import { expect, test } from 'vitest'
import { recordOf } from './connector-records.ts'
import { decodeConnector, gapCounter, subscription } from './connector.ts'
import { runningRecord } from '../../sample-records.ts'

/** A datagram as the kernel sends it: what, then the words of its body. */
function datagram(what: number, words: readonly number[], { cpu = 1, sequence = 5 } = {}) {
  const bytes = new Uint8Array(76)
  const view = new DataView(bytes.buffer)
  view.setUint32(16, 1, true)
  view.setUint32(24, sequence, true)
  view.setUint32(36, what, true)
  view.setUint32(40, cpu, true)
  view.setBigUint64(44, 123_456_789n, true)
  words.forEach((word, index) => view.setUint32(52 + index * 4, word, true))
  return bytes
}
const exit = 0x80000000
const monotonicNs = 123_456_789n

test('forks, execs and ends are decoded', () => {
  expect(decodeConnector(datagram(1, [70, 71, 80, 80]))).toEqual({
    cpu: 1,
    sequence: 5,
    event: { kind: 'fork', pid: 80, parentPid: 71, monotonicNs },
  })
  expect(decodeConnector(datagram(2, [80, 80]))?.event).toEqual({
    kind: 'exec',
    pid: 80,
    monotonicNs,
  })
  expect(decodeConnector(datagram(exit, [80, 80, 0x0300, 17]))?.event).toEqual({
    kind: 'exit',
    pid: 80,
    status: 3,
    signal: 0,
    monotonicNs,
  })
  expect(decodeConnector(datagram(exit, [80, 80, 9, 17]))?.event).toMatchObject({ signal: 9 })
})

test('threads are no processes', () => {
  expect(decodeConnector(datagram(1, [70, 70, 81, 70]))?.event).toBeUndefined()
  expect(decodeConnector(datagram(exit, [81, 70, 0, 17]))?.event).toBeUndefined()
  expect(decodeConnector(datagram(0x200, [81, 70]))?.event).toBeUndefined()
})

test('short and foreign datagrams are not understood', () => {
  expect(decodeConnector(new Uint8Array(20))).toBeUndefined()
  expect(decodeConnector(new Uint8Array(76))).toBeUndefined()
})

test('what is missing between the numbers of a CPU is counted', () => {
  const gaps = gapCounter()
  const next = (cpu: number, sequence: number) => gaps({ cpu, sequence, event: undefined })
  expect([next(0, 5), next(1, 90), next(0, 6), next(0, 10), next(1, 91), next(0, 0)]).toEqual([
    0, 0, 0, 3, 0, 0,
  ])
})

test('a subscription is one word in a connector message', () => {
  const view = new DataView(subscription(true).buffer)
  expect([view.byteLength, view.getUint32(0, true), view.getUint32(36, true)]).toEqual([40, 40, 1])
  expect(new DataView(subscription(false).buffer).getUint32(36, true)).toBe(2)
})

const gone = { process: () => undefined, stat: () => undefined }

test('an exec whose process is gone tells its pid and nothing that was not seen', () => {
  const record = recordOf(
    { kind: 'exec', pid: 80, monotonicNs },
    { monotonicOffsetNs: 1n, proc: gone },
  )
  expect(record).toMatchObject({ kind: 'exec', pid: 80, bootNs: monotonicNs + 1n })
  expect(record.unseen).toEqual(expect.arrayContaining(['start', 'args', 'executable', 'cgroup']))
})

test('a process that started after the exec is not the one that did it', () => {
  const proc = { ...gone, process: () => runningRecord({ pid: 80, startMs: 9000 }) }
  const record = recordOf({ kind: 'exec', pid: 80, monotonicNs }, { monotonicOffsetNs: 0n, proc })
  expect(record.unseen).toContain('args')
})

test('a fork names its creator, also when the child is gone', () => {
  const how = { monotonicOffsetNs: 0n, proc: gone }
  expect(recordOf({ kind: 'fork', pid: 80, parentPid: 71, monotonicNs }, how)).toMatchObject({
    kind: 'fork',
    pid: 80,
    ppid: 71,
    unseen: ['start', 'leaders', 'credentials', 'tty'],
  })
})
