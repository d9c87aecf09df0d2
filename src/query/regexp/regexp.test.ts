import { describe, expect, test } from 'vitest'
import { checkRegexp, compileRegexp, type RegexpOptions } from './compile.ts'
import { evaluateRegexp } from './evaluate.ts'
import { maxRegexpDepth, maxRepetitions, parseRegexp } from './parse.ts'

function matches(pattern: string, text: string, options: RegexpOptions = {}): boolean {
  const compiled = compileRegexp(pattern, options)
  if (!compiled.ok) throw new Error(`${pattern}: ${compiled.error.message}`)
  const found = compiled.value(text)
  expect(evaluateRegexp(pattern, text, options)).toBe(found)
  return found
}

describe.each<[string, readonly string[], readonly string[]]>([
  ['', [''], ['a']],
  ['2[0-9]{3}', ['2755'], ['2755 ', '275', '12755']],
  ['a.c', ['abc', 'a\nc', 'a\u{1f600}c'], ['ac', 'abbc']],
  ['ab?c*d+', ['ad', 'abccdd'], ['ab', 'abbd']],
  ['a{2}', ['aa'], ['a', 'aaa']],
  ['a{2,}', ['aa', 'aaaaa'], ['a']],
  ['(ab){1,2}', ['ab', 'abab'], ['', 'ababab']],
  ['a{0}', [''], ['a']],
  ['sh|bash|z(sh)?', ['sh', 'bash', 'zsh', 'z'], ['ash']],
  ['()a', ['a'], ['']],
  ['[^a-c]x', ['dx', '\nx'], ['ax', 'x']],
  ['[]a]', [']', 'a'], ['b']],
  ['[a-]', ['a', '-'], ['b']],
  ['[\\]\\-x]+', [']-x'], ['\\']],
  ['[é-ü]', ['ö'], ['z']],
  ['\\d+\\s\\w+', ['12 a_Z9'], ['x y', '1  a']],
  ['\\D\\S\\W', ['ab-'], ['1b-', 'a -', 'abc']],
  ['[\\s/]+', [' /\t'], ['a']],
  ['[\\D]', ['x'], ['7']],
  ['\\.\\*\\\\', ['.*\\'], ['aaa']],
  ['"a.*|b"', ['a.*|b'], ['ab', 'b']],
  ['~a', ['', 'b', 'aa'], ['a']],
  ['a~bc', ['adc', 'ac', 'axyzc'], ['abc']],
  ['~a*', ['', 'b'], []],
  ['~~a', ['a'], ['', 'b']],
  ['~(.*evil.*)', ['', 'good'], ['evil', 'an evil one']],
  ['[a-z]+&.{3}', ['abc'], ['ab', 'ABC']],
  ['@&~(abc.+)', ['abc', 'x'], ['abcd']],
  ['a@b', ['ab', 'a b b'], ['a', 'b']],
  ['#|a', ['a'], ['']],
  ['<1-100>', ['1', '100', '057', '42'], ['0', '101', '', 'x']],
  ['<01-10>', ['01', '10'], ['1', '11', '001']],
  ['<20-7>', ['7', '020'], ['6', '21']],
  ['port<0-65535>', ['port0', 'port00065535'], ['port65536', 'port']],
  ['^a$', ['^a$'], ['a']],
  ['.*?a', ['a', 'xxa'], ['ab']],
  ['a}]>', ['a}]>'], []],
])('%s', (pattern, some, others) => {
  test.each(some.map((text) => [text]))('matches %j', (text) => {
    expect(matches(pattern, text)).toBe(true)
  })
  test.each(others.map((text) => [text]))('does not match %j', (text) => {
    expect(matches(pattern, text)).toBe(false)
  })
})

test('without regard to case, A to Z and classes of them mean both cases, as for Lucene', () => {
  const caseless = { caseless: true }
  expect(matches('PowerShell', 'POWERSHELL', caseless)).toBe(true)
  expect(matches('[A-F]+', 'aF', caseless)).toBe(true)
  expect(matches('[^A-F]', 'a', caseless)).toBe(false)
  expect(matches('É', 'é', caseless)).toBe(false)
  expect(matches('\\W', 'A', caseless)).toBe(false)
  expect(matches('a', 'A')).toBe(false)
})

test.each<[string, string, number]>([
  ['a(b', 'regexp.unclosed-group', 1],
  ['a)b', 'regexp.unopened-group', 1],
  ['x[a-', 'regexp.unclosed-class', 1],
  ['[]', 'regexp.unclosed-class', 0],
  ['[z-a]', 'regexp.bad-range', 1],
  ['a{x}', 'regexp.bad-count', 1],
  ['a{2', 'regexp.bad-count', 1],
  ['a{3,2}', 'regexp.bad-count', 1],
  [`a{${maxRepetitions + 1}}`, 'regexp.count-too-large', 1],
  ['"abc', 'regexp.unclosed-quote', 0],
  ['<a-b>', 'regexp.bad-interval', 0],
  ['<1-99999999999>', 'regexp.bad-interval', 0],
  ['a\\', 'regexp.bad-escape', 1],
  ['a|', 'regexp.missing-operand', 2],
  ['~', 'regexp.missing-operand', 1],
  ['('.repeat(maxRegexpDepth + 1), 'regexp.too-deep', maxRegexpDepth],
  ['('.repeat(100_000), 'regexp.too-deep', maxRegexpDepth],
  ['~'.repeat(100_000), 'regexp.too-deep', maxRegexpDepth],
  [`a${'*'.repeat(100_000)}`, 'regexp.too-deep', maxRegexpDepth],
  ['((a{1000}){1000}){1000}', 'regexp.too-complex', 0],
  ['~(.*[ab].{40})', 'regexp.too-complex', 0],
  ['(.{100}&(.?){100})&(.*a.*){50}', 'regexp.too-complex', 0],
])('an expression with a slip is refused: %.0s%s', (pattern, code, start) => {
  const compiled = compileRegexp(pattern)
  expect(compiled).toMatchObject({ ok: false, error: { code, severity: 'error', span: { start } } })
  expect(checkRegexp(pattern)).toContainEqual(compiled.ok ? undefined : compiled.error)
})

test.each(['^a', 'a$', '\\ba', '[\\n]', '|a', '(*a)', '(?:a)'])(
  '%s is ordinary, and doubtful to those who know other dialects',
  (pattern) => {
    expect(checkRegexp(pattern)[0]).toMatchObject({
      code: 'regexp.ordinary-character',
      severity: 'warning',
    })
  },
)

test('what other dialects read alike is not doubtful', () => {
  for (const pattern of ['[a-z]+\\.exe', '\\d{2}', '(a|b)*', '[*+?]', '\\*', '[^^$]']) {
    expect(checkRegexp(pattern)).toEqual([])
  }
})

test('long expressions and long texts take one pass', () => {
  const words = Array.from({ length: 500 }, (_, i) => `w${i}`)
  expect(matches(words.join('|'), 'w499')).toBe(true)
  const compiled = compileRegexp('(.*a.{201}){3}')
  expect(compiled.ok && compiled.value('ab'.repeat(20_000))).toBe(true)
  const doubled = compileRegexp('(a*)*b')
  expect(doubled.ok && doubled.value('a'.repeat(1_000_000))).toBe(false)
  expect(parseRegexp('a'.repeat(300_000)).ok).toBe(true)
  expect(compileRegexp('a'.repeat(300_000)).ok).toBe(false)
})

test('one compiled expression gives each text its own answer, also when it has forgotten the ways', () => {
  const compiled = compileRegexp('.*a[ab]{12}')
  const texts = Array.from({ length: 400 }, (_, i) =>
    ((i * 2_654_435_761) % 2 ** 31)
      .toString(2)
      .replaceAll('0', 'a')
      .replaceAll('1', 'b')
      .repeat(20),
  )
  if (!compiled.ok) throw new Error('must compile')
  for (const text of [...texts, ...texts]) {
    expect(compiled.value(text)).toBe(text.at(-13) === 'a')
  }
})

test.each([
  ['(.*a){300}', 'ba'.repeat(1_000), true],
  ['(.*a){300}', 'ba'.repeat(299), false],
  ['.+{400}', '\u{1f600}'.repeat(3_000), true],
  ['.+{400}x', `${'\u{1f600}y'.repeat(2_000)}x`, true],
  ['.+{400}x', `${'\u{1f600}y'.repeat(2_000)}xy`, false],
  ['[\\w-]+{400}', `${'wx-9'.repeat(900)} `, false],
])('%s in a text that leads to more states than are remembered', (pattern, text, expected) => {
  const compiled = compileRegexp(pattern)
  expect(compiled.ok && compiled.value(text)).toBe(expected)
})
