import { describe, expect, test } from 'vitest'
import { ecsCatalogue } from '#event'
import { kuery } from './kuery.ts'
import { maxKueryDepth } from './parse.ts'

describe('texts that do not parse', () => {
  test.each<[string, string, string | undefined]>([
    ['process.name:"bash', 'kuery.unclosed-quote', 'process.name:"bash"'],
    ['(a:b', 'kuery.unclosed-parenthesis', '(a:b)'],
    ['a:(b or c', 'kuery.unclosed-parenthesis', 'a:(b or c)'],
    ['n:{ a:b', 'kuery.unclosed-brace', 'n:{ a:b}'],
    ['a:b)', 'kuery.unopened-parenthesis', 'a:b'],
    ['a:b }', 'kuery.unopened-brace', 'a:b '],
    ['(a:b }', 'kuery.crossed-brackets', '(a:b )'],
    ['(a:b)and(c:d)', 'kuery.missing-whitespace', '(a:b) and (c:d)'],
    ['"a" or"b"', 'kuery.missing-whitespace', '"a" or "b"'],
    ['not(a:b)', 'kuery.missing-whitespace', 'not (a:b)'],
    ['a:b and not(c:d)', 'kuery.missing-whitespace', 'a:b and not (c:d)'],
    ['a:', 'kuery.missing-value', undefined],
    ['a >', 'kuery.missing-value', undefined],
    ['a:(1 or )', 'kuery.missing-value', undefined],
    ['a:b and ', 'kuery.missing-value', undefined],
    ['a:()', 'kuery.empty-group', undefined],
    ['a > (1 or 2)', 'kuery.list-in-comparison', undefined],
    ['a: not b', 'kuery.misplaced-not', 'a: (not b)'],
    ['not not a:b', 'kuery.misplaced-not', undefined],
    ['message:cannot stop', 'kuery.not-inside-value', 'message:"cannot stop"'],
    ['url:http://x', 'kuery.unescaped-character', 'url:"http://x"'],
    ['a:b<c', 'kuery.unescaped-character', 'a:"b<c"'],
    ['path:C\\dir', 'kuery.bad-escape', 'path:C\\\\dir'],
    ['a:b\nc:d', 'kuery.missing-operator', undefined],
    ['a:"b" c:d', 'kuery.missing-operator', undefined],
    ['a*:{ b:c }', 'kuery.wildcard-nested-path', undefined],
  ])('%j: %s', (text, code, mended) => {
    const plan = kuery.parse(text)
    const diagnostic = plan.ok ? undefined : plan.error[0]
    expect(diagnostic).toMatchObject({ code, severity: 'error' })
    if (diagnostic === undefined || mended === undefined) return
    const { span, patch } = diagnostic
    const patched = text.slice(0, span.start) + (patch ?? '') + text.slice(span.end)
    expect(patched).toBe(mended)
    expect(kuery.parse(patched)).toMatchObject({ ok: true })
  })

  test('brackets nested too deeply are refused, however deep', () => {
    for (const depth of [maxKueryDepth + 1, 100_000]) {
      const text = '('.repeat(depth) + 'a' + ')'.repeat(depth)
      expect(kuery.parse(text)).toMatchObject({ ok: false, error: [{ code: 'kuery.too-deep' }] })
    }
    const allowed = '('.repeat(maxKueryDepth) + 'a' + ')'.repeat(maxKueryDepth)
    expect(kuery.parse(allowed)).toMatchObject({ ok: true })
  })
})

describe('texts that parse, with doubts', () => {
  test.each<[string, string, string]>([
    ['proces.name:x', 'kuery.unknown-field', 'proces.name'],
    ['no.such.*:x', 'kuery.unknown-field', 'no.such.*'],
    ['process.pid:many', 'kuery.value-type', 'many'],
    ['process.pid:4*', 'kuery.value-type', '4*'],
    ['source.ip:(1.2.3.4 or "1.2.3")', 'kuery.value-type', '"1.2.3"'],
    ['source.ip:10.*', 'kuery.value-type', '10.*'],
    ['@timestamp >= yesterday', 'kuery.value-type', 'yesterday'],
    ['process.interactive:yes', 'kuery.value-type', 'yes'],
    ['host.geo.location:x', 'kuery.value-type', 'x'],
    ['email.attachments.file.name:x', 'kuery.nested-field', 'email.attachments.file.name'],
    ['process.io:x', 'kuery.object-field', 'x'],
    ['host.name:{ a:b }', 'kuery.not-nested', 'host.name'],
    ['user.name:null', 'kuery.null-value', 'null'],
    ['bash', 'kuery.no-field', 'bash'],
    ['process.name = bash', 'kuery.no-field', 'process.name = bash'],
    ['process.name:"ba*"', 'kuery.quoted-wildcard', '"ba*"'],
    ["process.name:'bash'", 'kuery.single-quotes', "'bash'"],
    ['process.args:(a*\n b*)', 'kuery.line-break-in-value', 'a*\n b*'],
    ['process.name:bash or', 'kuery.dangling-operator', 'bash or'],
  ])('%j: %s at %j', (text, code, at) => {
    const found = kuery.check(text, ecsCatalogue()).find((diagnostic) => diagnostic.code === code)
    expect(found && text.slice(found.span.start, found.span.end)).toBe(at)
  })

  test.each([
    '',
    'process.name:bash and not user.id:"0"',
    'process.hash.*:*',
    'process:*',
    'email.attachments:{ file.name:*.exe }',
    'source.ip:(10.0.0.0/8 or "fe80::/10") and destination.port >= 1024',
    '@timestamp >= now-1d/d',
  ])('%j has none', (text) => {
    expect(kuery.check(text, ecsCatalogue())).toEqual([])
  })

  test('a misspelt field is mended by its patch', () => {
    const [doubt] = kuery.check('proces.nmae:x', ecsCatalogue())
    expect(doubt).toMatchObject({
      code: 'kuery.unknown-field',
      severity: 'warning',
      patch: 'process.name',
    })
  })
})

describe('plans', () => {
  test.each<[string, string]>([
    ['', '*:*'],
    [' \n\u00a0', '*:*'],
    ['*', '*:*'],
    ['*:*', '*:*'],
    ['not *', 'not *'],
    ['a:null', 'not *'],
    ['null:a', 'a'],
    ['a:*', 'a:*'],
    ['a:**', 'a:**'],
    ['a:(b)', 'a:b'],
    ['a:b OR c:d And e:f', 'a:b or c:d and e:f'],
    ['a:b or a:(c and not d)', 'a:(b or c and not d)'],
    ['a:b and (a:c and a:d)', 'a:(b and (c and d))'],
    ['not (a:b or c:d)', 'not (a:b or c:d)'],
    ['not (a:b or a:d)', 'not a:(b or d)'],
    ['not (not a:b)', 'not (not a:b)'],
    ['"a b":c', '"a b":c'],
    ['"a*":c', '"a*":c'],
    ['a*:c', 'a*:c'],
    ['a>5', 'a > 5'],
    ['knot>5', '"knot" > 5'],
    ['a <= "2024-01-01"', 'a <= 2024-01-01'],
    ['n:{ a:b and m:{ c:(d or e) } }', 'n:{ a:b and m:{ c:(d or e) } }'],
    ['n:{ * }', 'n:{ * }'],
    ['a:x \\or y', 'a:x \\or y'],
    ['a:k\\u006eot b', 'a:k\\u006eot b'],
    ['a:\\(x\\)', 'a:\\(x\\)'],
    ['a:"q\\"\\\\"', 'a:"q\\"\\\\"'],
    ['a:\\t', 'a:\\t'],
  ])('%j is printed as %j, which means the same', (text, printed) => {
    const plan = kuery.parse(text)
    expect(plan.ok && kuery.format(plan.value)).toBe(printed)
    expect(kuery.parse(printed)).toEqual(plan)
  })

  test('fields below a nested path get their full names', () => {
    expect(kuery.parse('n:{ m:{ a > 1 } }')).toEqual({
      ok: true,
      value: {
        kind: 'nested',
        path: 'n',
        of: {
          kind: 'nested',
          path: 'n.m',
          of: { kind: 'range', field: { kind: 'field', name: 'n.m.a' }, op: 'gt', value: '1' },
        },
      },
    })
  })
})

test('long texts are read in one pass', () => {
  const spaces = ' '.repeat(300_000)
  expect(kuery.parse(`a:b${spaces}c`)).toMatchObject({ ok: true })
  expect(kuery.parse(`a:"b"${spaces}or c`)).toMatchObject({ ok: true })
  expect(kuery.parse('n'.repeat(300_000))).toMatchObject({ ok: true })
  expect(
    kuery.parse(Array.from({ length: 20_000 }, (_, i) => `a:${i}`).join(' or ')),
  ).toMatchObject({ ok: true })
})
