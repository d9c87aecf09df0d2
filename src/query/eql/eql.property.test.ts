import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryStatement } from './arbitrary-eql.fixture.ts'
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
