import { expect, test } from 'vitest'
import { diagnosticText } from './diagnostics.ts'
import { tinter } from './terminal.ts'

const plain = { tint: tinter(false) }

test('a diagnostic shows what, where, the line with the place marked, and what to do', () => {
  const text = 'first\nprocess.name:docker adn x\n'
  const start = text.indexOf('adn')
  expect(
    diagnosticText(
      {
        code: 'kuery.unexpected',
        severity: 'error',
        message: 'expected `and`',
        span: { start, end: start + 3 },
        help: 'did you mean `and`?',
        origin: 'rules/x.toml',
      },
      plain,
      text,
    ),
  ).toBe(`error[kuery.unexpected]: expected \`and\`
 --> rules/x.toml:2:21
  |
2 | process.name:docker adn x
  |                     ^^^
help: did you mean \`and\`?
`)
})

test('a place far to the right, and control characters before it, still stand above their mark', () => {
  const text = `${'a'.repeat(500)}\u001bXYZ${'b'.repeat(500)}`
  const start = text.indexOf('XYZ')
  const shownLines = diagnosticText(
    { code: 'c', severity: 'warning', message: 'm', span: { start, end: start + 3 } },
    plain,
    text,
  ).split('\n')
  const line = shownLines.find((each) => each.startsWith('1 | ')) ?? ''
  const marks = shownLines.find((each) => each.includes('^^^')) ?? ''
  expect(line.slice(marks.indexOf('^'), marks.indexOf('^') + 3)).toBe('XYZ')
  expect(line.length).toBeLessThan(220)
})

test('a place at the very end of a text is marked', () => {
  const shownText = diagnosticText(
    { code: 'c', severity: 'error', message: 'm', span: { start: 3, end: 3 } },
    plain,
    'abc',
  )
  expect(shownText).toContain('1 | abc')
  expect(shownText).toContain('  |    ^')
})
