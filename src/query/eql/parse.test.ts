import { describe, expect, test } from 'vitest'
import type { EqlExpression, EqlStatement } from './ast.ts'
import { formatEql } from './format.ts'
import { maxEqlDepth, maxEqlOperators } from './parse-expression.ts'
import { parseEql } from './parse.ts'

function statementOf(text: string): EqlStatement {
  const parsed = parseEql(text)
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join('; '))
  return parsed.value
}

function conditionOf(text: string): EqlExpression {
  const { query } = statementOf(`any where ${text}`)
  if (query.kind !== 'events') throw new Error('the text must ask for single events')
  return query.filter.condition
}

/** Operators with all their parentheses. */
function shape(expression: EqlExpression): string {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return `(${expression.of.map(shape).join(` ${expression.kind} `)})`
    case 'not':
    case 'negative':
      return `(${expression.kind === 'not' ? 'not ' : '-'}${shape(expression.of)})`
    case 'comparison':
    case 'arithmetic':
      return `(${shape(expression.left)} ${expression.op} ${shape(expression.right)})`
    case 'membership': {
      const { of, isCaseless, values } = expression
      return `(${shape(of)} in${isCaseless ? '~' : ''} [${values.map(shape).join(' ')}])`
    }
    case 'pattern': {
      const { of, op, patterns } = expression
      return `(${shape(of)} ${op} [${patterns.map(shape).join(' ')}])`
    }
    case 'call':
      return `${expression.name}${expression.isCaseless ? '~' : ''}[${expression.of.map(shape).join(' ')}]`
    case 'field':
      return `${expression.isOptional ? '?' : ''}${expression.name}`
    case 'null':
      return 'null'
    default:
      return JSON.stringify(expression.value, (_, v: unknown) =>
        typeof v === 'bigint' ? `${v}` : v,
      )
  }
}

describe('conditions', () => {
  test.each([
    ['a or b and not c == d', '(a or (b and (not (c == d))))'],
    ['a and b and c', '(a and b and c)'],
    ['(a and b) and c', '((a and b) and c)'],
    ['a + b * c - d < e', '(((a + (b * c)) - d) < e)'],
    ['-a * b == c', '(((-a) * b) == c)'],
    ['- -a == + b', '((-(-a)) == b)'],
    ['a in (1, b) and c not in~ ("x")', '((a in ["1" b]) and (not (c in~ ["x"])))'],
    ['not a in (1)', '(not (a in ["1"]))'],
    ['a : ("x*", "y") or b like~ "z"', '((a : ["x*" "y"]) or (b like~ ["z"]))'],
    ['1 + a : "x"', '("1" + (a : ["x"]))'],
    ['STARTSWITH~(a, "b")', 'startsWith~[a "b"]'],
    ['concat() == null', '(concat[] == null)'],
    ['?a.b == 2.5', '(?a.b == 2.5)'],
    ['`a-b`.c.`d``e` == true', '(a-b.c.d`e == true)'],
    ['? a . b', '?a.b'],
    ['a == 18446744073709551615', '(a == "18446744073709551615")'],
    ['a == 18446744073709551616', '(a == 18446744073709552000)'],
    ['a == .5e1 // five', '(a == 5)'],
    ['a /* /* nested */ */ and /* open: /usr/* */ b', '(a and b)'],
  ])('%s is read as %s', (text, expected) => {
    expect(shape(conditionOf(text))).toBe(expected)
  })

  test.each([
    ['"a\\tb\\u{1f4a9}\\u0041"', 'a\tb\u{1f4a9}A'],
    ['"""C:\\new "folder""""', 'C:\\new "folder"'],
    ['""""""', ''],
    ['"""""""', '"'],
    ['""""""""', '""'],
    ['""', ''],
  ])('%s is the text %j', (text, value) => {
    expect(conditionOf(`a == ${text}`)).toMatchObject({ right: { kind: 'string', value } })
  })
})

test('a sequence has keys, a longest span, runs, missing events and an end', () => {
  const text = `sequence by host.id, ?user.id with maxspan=90s
    [process where true] by a with runs=3
    ![file where true] by b
    ["my category" where true] by c
  until [any where true] by d
  | head 2 * 5 | tail 3`
  expect(formatEql(statementOf(text))).toBe(
    `sequence by host.id, ?user.id with maxspan=90s
  [process where true] by a with runs=3
  ![file where true] by b
  ["my category" where true] by c
until
  [any where true] by d
| head 10
| tail 3`,
  )
})

test('a condition that is longer than a line is printed with a line for each of its parts', () => {
  const long = `name == "${'x'.repeat(50)}"`
  expect(formatEql(statementOf(`any where ${long} and (a or b) and ${long}`))).toBe(
    `any where\n  ${long} and\n  (a or b) and\n  ${long}`,
  )
})

test('each part of a statement knows where it stands', () => {
  const text = 'process where a == (1) and b'
  const { query } = statementOf(text)
  const { filter } = query.kind === 'events' ? query : { filter: undefined }
  const found = JSON.stringify(filter, (key, value: unknown) =>
    key === 'value' ? undefined : value,
  ).matchAll(/"start":(\d+),"end":(\d+)/g)
  const places = [...found].map(([, start, end]) => text.slice(Number(start), Number(end)))
  expect(places).toEqual(['process', 'a', '1', 'a == (1)', 'b', 'a == (1) and b', text])
})

describe('slips', () => {
  test.each([
    ['', 'eql.empty', undefined],
    ['process.name : "x"', 'eql.no-category', 'any where process.name : "x"'],
    ['any WHERE true', 'eql.foreign-word', 'any where true'],
    ['process WHERE true', 'eql.foreign-word', 'process where true'],
    ['`a-b` where true', 'eql.quoted-category', '"a-b" where true'],
    ['any where a = 1', 'eql.single-equals', 'any where a == 1'],
    ['any where a && b', 'eql.unknown-operator', 'any where a and b'],
    ['any where a || b', 'eql.unknown-operator', 'any where a or b'],
    ['any where a <> 1', 'eql.unknown-operator', 'any where a != 1'],
    ['any where !(a)', 'eql.unknown-operator', 'any where not (a)'],
    ['any where a OR b', 'eql.foreign-word', 'any where a or b'],
    ["any where a == 'x'", 'eql.single-quotes', 'any where a == "x"'],
    ['any where a == ?"C:\\x"', 'eql.old-raw-text', 'any where a == """C:\\x"""'],
    ['any where a == “x"', 'eql.curly-quotes', 'any where a == "x"'],
    ['any where a == "x', 'eql.unclosed-quote', 'any where a == "x"'],
    ['any where a == """x', 'eql.unclosed-quote', 'any where a == """x"""'],
    ['any where a == "C:\\Windows"', 'eql.bad-escape', 'any where a == "C:\\\\Windows"'],
    ['any where a == "\\ud800"', 'eql.bad-escape', undefined],
    ['any where a == 1e999', 'eql.number-too-large', undefined],
    ['any where a /* b', 'eql.unclosed-comment', undefined],
    ['any where event.sequence == 1', 'eql.keyword-as-name', 'any where event.`sequence` == 1'],
    ['any where startWith(a, "b")', 'eql.unknown-function', 'any where startsWith(a, "b")'],
    ['any where wildcard(a, "b*")', 'eql.unknown-function', undefined],
    ['any where length~(a) == 1', 'eql.no-caseless-function', 'any where length(a) == 1'],
    ['any where a not : "x"', 'eql.misplaced-not', undefined],
    ['any where a : b', 'eql.unexpected', undefined],
    ['any where a in "x"', 'eql.unexpected', undefined],
    ['any where a in ()', 'eql.unexpected', undefined],
    ['any where (a', 'eql.unexpected', undefined],
    ['any where a)', 'eql.unexpected', undefined],
    ['any where a regex "(x"', 'regexp.unclosed-group', undefined],
    ['any where a | heads 5', 'eql.unknown-pipe', 'any where a | head 5'],
    ['any where a | head', 'eql.pipe-argument', undefined],
    ['any where a | tail 0', 'eql.pipe-argument', undefined],
    ['any where a | head 1 / 0', 'eql.pipe-argument', undefined],
    ['sequence with maxspan=1w [any where a] [any where b]', 'eql.unexpected', undefined],
    ['sequence with maxspan=0s [any where a] [any where b]', 'eql.maxspan', undefined],
    ['sequence [any where a] [any where b] with maxspan=1s', 'eql.maxspan-after-stage', undefined],
    ['sequence [any where a] with runs=101', 'eql.unexpected', undefined],
    ['sequence ![any where a] [any where b]', 'eql.missing-without-maxspan', undefined],
    ['sequence with maxspan=1s ![any where a] with runs=2', 'eql.only-missing', undefined],
    ['sequence by a [any where a] by b [any where b]', 'eql.join-key-count', undefined],
    ['sequence by lower(a) [any where a] [any where b]', 'eql.join-key-not-a-field', undefined],
    ['sequence [any where a] [any where b] until ![any where c]', 'eql.missing-stage', undefined],
    ['sample [any where a] [any where b]', 'eql.sample-keys', undefined],
    ['sample by a with maxspan=1s [any where a] [any where b]', 'eql.sample-option', undefined],
    ['sample by a [any where a] [any where b] | head 1', 'eql.sample-pipe', undefined],
  ])('%s is refused: %s', (text, code, mended) => {
    const parsed = parseEql(text)
    const [first] = parsed.ok ? [] : parsed.error
    expect(first?.code).toBe(code)
    if (first?.patch === undefined) return expect(mended).toBeUndefined()
    const { span, patch } = first
    expect(text.slice(0, span.start) + patch + text.slice(span.end)).toBe(mended)
  })

  test('every problem of the structure is told at once', () => {
    const parsed = parseEql('sample [any where a] by b with runs=2 | head 1')
    const codes = parsed.ok ? [] : parsed.error.map(({ code }) => code)
    expect(codes).toEqual(['eql.runs', 'eql.sample-pipe'])
  })
})

describe('what is nested too deeply is refused, never a stack that overflows', () => {
  test.each([
    ['parentheses', (n: number) => `${'('.repeat(n)}a${')'.repeat(n)}`],
    ['negations', (n: number) => `${'not '.repeat(n)}a`],
    ['signs', (n: number) => `${'-'.repeat(n)}1 == a`],
    ['calls', (n: number) => `${'length('.repeat(n)}a${')'.repeat(n)}`],
    ['lists', (n: number) => `${'1 in ('.repeat(n)}1${')'.repeat(n)}`],
  ])('%s', (_, text) => {
    expect(parseEql(`any where ${text(maxEqlDepth)}`)).toMatchObject({ ok: true })
    for (const depth of [maxEqlDepth + 1, 100_000]) {
      const parsed = parseEql(`any where ${text(depth)}`)
      expect(parsed).toMatchObject({ ok: false, error: [{ code: 'eql.too-deep' }] })
    }
  })

  test('sums, which grow deep to the left', () => {
    const sum = (n: number) => `any where a == 1${' + 1'.repeat(n)}`
    const most = parseEql(sum(maxEqlOperators))
    expect(most).toMatchObject({ ok: true })
    if (most.ok) expect(formatEql(most.value).replace('\n ', '')).toBe(sum(maxEqlOperators))
    const parsed = parseEql(sum(maxEqlOperators + 1))
    expect(parsed).toMatchObject({ ok: false, error: [{ code: 'eql.too-deep' }] })
  })

  test('a long chain is not deep', () => {
    expect(parseEql(`any where a${' and a'.repeat(50_000)}`)).toMatchObject({ ok: true })
  })
})
