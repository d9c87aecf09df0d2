import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { arbitraryStatement } from './arbitrary-eql.fixture.ts'
import { checkEql } from './check.ts'
import { formatEql } from './format.ts'
import { parseEql } from './parse.ts'
import { withoutSpans } from './without-spans.fixture.ts'

test('every statement is printed as EQL that parses to the same statement', () => {
  fc.assert(
    fc.property(arbitraryStatement, (statement) => {
      const text = formatEql(statement)
      const parsed = parseEql(text)
      expect(parsed, text).toMatchObject({ ok: true })
      if (parsed.ok) expect(withoutSpans(parsed.value), text).toEqual(withoutSpans(statement))
    }),
    { numRuns: 3000 },
  )
})

/** Texts of the grammar's own pieces: far more likely to parse, and to fail late, than random characters. */
const pieces = [
  'any process where and or not in in~ like like~ regex : ( ) , [ ] ![ sequence sample by with maxspan',
  'runs = 30s 2 until | head tail == != < >= + - * / % ? . a process.name true null 5.5 1e3 "x*" """y"""',
  '" """ `a-b` ` length( startsWith~( // /* */ \\ \' && \n \u0000 \ud800 é host.ip destination.port',
].flatMap((line) => line.split(' '))
const text = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', 'any where ', 'sequence by a [any where a] '),
      fc.array(fc.constantFrom(...pieces), { maxLength: 14 }),
    )
    .map(([start, parts]) => start + parts.join(' ')),
  fc.string({ unit: 'binary', maxLength: 40 }),
)

test('every diagnostic lies within its text, and a patch of an error changes the text', () => {
  const fields = ecsCatalogue()
  fc.assert(
    fc.property(text, (query) => {
      const parsed = parseEql(query)
      const found = parsed.ok
        ? checkEql(parsed.value, fields, { unknownFields: 'error' })
        : parsed.error
      if (!parsed.ok) expect(found).not.toEqual([])
      for (const { span, patch, message } of found) {
        expect(message).not.toBe('')
        expect(span.start).toBeGreaterThanOrEqual(0)
        expect(span.end).toBeGreaterThanOrEqual(span.start)
        expect(span.end).toBeLessThanOrEqual(query.length)
        const mended = query.slice(0, span.start) + patch + query.slice(span.end)
        if (patch !== undefined) expect(mended).not.toBe(query)
      }
    }),
    { numRuns: 10_000 },
  )
})
