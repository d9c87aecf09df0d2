import fc from 'fast-check'
import { expect, test } from 'vitest'
import { auditJoiner, type AuditEvent } from './joiner.ts'
import { auditRecordOf } from './record.ts'

const line = fc
  .record({
    type: fc.constantFrom('SYSCALL', 'EXECVE', 'PATH', 'CWD', 'EOE', 'USER_LOGIN'),
    second: fc.nat(9),
    serial: fc.nat(12),
    node: fc.constantFrom('', 'node=a ', 'node=b '),
  })
  .map(
    ({ type, second, serial, node }) =>
      `${node}type=${type} msg=audit(17645900${second}0.000:${serial}): a0="x"`,
  )

test('every record is in one event, or is said to be left out; events hold what belongs together', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 120 }), (lines) => {
      const joiner = auditJoiner()
      const events: AuditEvent[] = []
      let leftOut = 0
      let ends = 0
      for (const [place, text] of lines.entries()) {
        const record = auditRecordOf(text)
        if (record === undefined) throw new Error(text)
        if (record.type === 'EOE') ends++
        const taken = joiner.take(record, place + 1)
        if (typeof taken === 'string') leftOut++
        else events.push(...taken)
      }
      events.push(...joiner.end())
      const joined = events.flatMap(({ records }) => records)
      expect(joined.length + leftOut + ends).toBe(lines.length)
      for (const { records } of events) {
        expect(new Set(records.map(({ event }) => event)).size).toBe(1)
      }
    }),
    { numRuns: 500 },
  )
})

test('a log in which nothing ends is read in bounded memory, and all of it is told', () => {
  const joiner = auditJoiner()
  let told = 0
  for (let serial = 0; serial < 2_000; serial++) {
    const record = auditRecordOf(`type=SYSCALL msg=audit(1764590000.000:${serial}): pid=1`)
    if (record === undefined) throw new Error('a record')
    const events = joiner.take(record, serial)
    told += typeof events === 'string' ? 0 : events.length
  }
  expect(told).toBe(2_000 - 512)
  expect(joiner.end()).toHaveLength(512)
})
