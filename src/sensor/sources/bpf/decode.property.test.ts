import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBatch } from './decode.ts'
import { batchOf, frame, recordBytes } from './record-bytes.fixture.ts'

test('any bytes decode without throwing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      const { records, undecodable } = decodeBatch(Uint8Array.from(bytes).buffer)
      expect(records.length + undecodable).toBeLessThanOrEqual(bytes.byteLength / 8)
    }),
  )
})

test('any argument vector comes back as it went in', () => {
  const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (args) => {
      const bytes = recordBytes({ kind: 'exec', args: args.map((arg) => `${arg}\0`).join('') })
      expect(decodeBatch(batchOf(frame(bytes))).records).toMatchObject([{ args }])
    }),
  )
})
