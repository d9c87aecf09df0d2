import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { ecsCatalogue, withMappings } from '#event'
import { compileFilter } from '../match/compile.ts'
import { evaluateFilter } from '../match/evaluate.ts'
import { lucene } from './lucene.ts'
import { maxLuceneDepth } from './parse.ts'

const fields = withMappings(ecsCatalogue(), { 'note.text': 'text', steps: 'nested' })
const context = { fields, nowMs: Date.parse('2024-06-15T12:00:00Z') }

const event: JsonObject = {
  '@timestamp': '2024-06-15T11:30:00.000Z',
  process: {
    name: 'chmod',
    args: ['chmod', '2755', '/usr/bin/find', 'g+s', 'new york'],
    args_count: 5,
    exit_code: [1, 100],
    executable: '/usr/bin/chmod',
    title: 'a*b',
    working_directory: 'C:\\Temp\\',
  },
  source: { ip: '10.1.2.3' },
  message: 'An Error occurred in unit foo.service',
  user: { name: 'root', id: '0' },
  AND: 'x',
}

function matches(query: string): boolean {
  const plan = lucene.parse(query)
  if (!plan.ok) throw new Error(`${query}: ${plan.error[0]?.message}`)
  const found = compileFilter(plan.value, context)(event)
  expect(evaluateFilter(plan.value, event, context)).toBe(found)
  return found
}

describe.each<[string, readonly string[], readonly string[]]>([
  [
    'words and phrases',
    [
      'process.name:chmod',
      'process.name: chmod',
      'process.name:"chmod"',
      'process.args:g+s',
      'process.args:new\\ york',
      'process.args:(new york)',
      'message:(nothing error)',
      'message:"error occurred"',
      'message:ERROR',
      'process.executable:"/usr/bin/chmod"',
      'process.executable:\\/usr\\/bin\\/chmod',
      'process.title:a\\*b',
      'process.title:"a*b"',
      'process.working_directory:"C:\\\\Temp\\\\"',
      'process.name:\\u0063hmod',
      'chmod',
      'root OR nothing',
      'user.id:0',
      '\\AND:x',
    ],
    [
      'process.name:Chmod',
      'process.name:"chm*"',
      'message:"occurred error"',
      'process.name:(chmod chown)',
      'process.args:(york new)',
      'process.args:new york',
      'process.name:chmo',
      'nothing',
    ],
  ],
  [
    'wildcards and regular expressions',
    [
      'process.name:ch*',
      'process.name:*mod',
      'process.name:c?mod',
      'process.args:/2[0-9]{3}/',
      'process.executable:/\\/usr\\/.*mod/',
      'process.executable:/@&~(.*chown)/',
      'message:/err.r/',
      'message:occ*ed',
      'user.\\*:root',
      '*:root',
      '/cho?mo?d/',
    ],
    [
      'process.name:c?od',
      'process.args:/[0-9]{3}/',
      'process.name:/CHMOD/',
      'message:/Error/',
      'process.\\*:root',
      'process.args_count:/5/',
    ],
  ],
  [
    'ranges',
    [
      'process.args_count:5',
      'process.args_count:[5 TO 6]',
      'process.args_count:{4 TO 5]',
      'process.args_count:[* TO 5]',
      'process.args_count:>=5',
      'process.args_count:(>4 AND <6)',
      'process.args_count:\\>4',
      'process.name:[a TO d]',
      'source.ip:[10.0.0.0 TO 10.255.255.255]',
      'source.ip:"10.0.0.0/8"',
      '@timestamp:[2024-06-15 TO 2024-06-15]',
      '@timestamp:["2024-06-15T11:00:00Z" TO now}',
      '@timestamp:[now-1h TO *]',
      '@timestamp:2024-06-15',
      'process.args_count:[* TO *]',
      'message:[err TO erz]',
    ],
    [
      'process.args_count:{5 TO 6]',
      'process.args_count:[4 TO 5}',
      'process.args_count:>5',
      'process.args_count:<=4',
      // One and the same value must lie between the bounds.
      'process.exit_code:[20 TO 50]',
      'message:[erz TO fn]',
      'process.missing:[* TO *]',
      '@timestamp:{2024-06-15 TO *]',
    ],
  ],
  [
    'existence',
    ['_exists_:user.name', '_exists_:user', 'user.name:*', '_exists_:us*', '*:*', '*', ' ', '(*)'],
    ['_exists_:user.email', 'user.email:*', 'NOT *:*', 'NOT _exists_:user', '_exists_:/user/'],
  ],
  [
    'clauses from left to right',
    [
      // A required clause makes optional ones idle.
      'user.name:nobody OR process.name:chmod AND user.id:0',
      'process.name:chmod AND user.id:0 OR user.name:nobody',
      '+process.name:chmod user.name:nobody',
      'process.name:chmod user.name:nobody',
      'user.name:nobody || process.name:chmod',
      'process.name:chmod && user.id:0',
      'process.name:chmod -user.name:nobody',
      'process.name:chmod AND !user.name:nobody',
      'user.name:nobody OR (NOT user.name:bin)',
      'NOT user.name:nobody',
      '-user.name:nobody -user.name:bin',
      'process.name:(chmod OR chown) AND NOT user.name:(bin OR sync)',
      'process.args:(g+s AND 2755 AND NOT u+s)',
      'process.args:(+g+s -u+s)',
      'NOT (NOT user.name:root)',
      'user.missing:x OR NOT user.name:bin OR user.name:root',
    ],
    [
      'process.name:chmod OR user.name:nobody AND user.id:0',
      'process.name:chmod AND user.name:nobody OR user.id:0',
      'process.name:chmod +user.name:nobody',
      // NOT excludes from the whole list.
      'process.name:chmod OR NOT user.name:root',
      'user.name:nobody OR NOT user.name:bin',
      'process.name:chmod AND NOT user.name:root',
      '!user.name:root',
    ],
  ],
])('%s', (_what, some, others) => {
  test.each(some.map((query) => [query]))('%s matches', (query) => {
    expect(matches(query)).toBe(true)
  })
  test.each(others.map((query) => [query]))('%s does not match', (query) => {
    expect(matches(query)).toBe(false)
  })
})

describe('texts that do not parse', () => {
  test.each<[string, string, string | undefined]>([
    ['process.name:"bash', 'lucene.unclosed-quote', 'process.name:"bash"'],
    ['(a:b', 'lucene.unclosed-parenthesis', '(a:b)'],
    ['a:(b OR c', 'lucene.unclosed-parenthesis', 'a:(b OR c)'],
    ['a:b)', 'lucene.unopened-parenthesis', 'a:b\\)'],
    [')', 'lucene.unopened-parenthesis', '\\)'],
    ['a:', 'lucene.missing-condition', undefined],
    ['a:b AND', 'lucene.missing-condition', undefined],
    ['AND a:b', 'lucene.missing-condition', undefined],
    ['a AND OR b', 'lucene.missing-condition', undefined],
    ['NOT NOT a', 'lucene.missing-condition', undefined],
    ['a:NOT b', 'lucene.missing-condition', undefined],
    ['a:()', 'lucene.empty-group', undefined],
    ['a:>', 'lucene.missing-value', undefined],
    ['a:(>5 <9)', 'lucene.comparison-in-words', undefined],
    ['a - b', 'lucene.detached-operator', 'a -b'],
    ['! (a)', 'lucene.detached-operator', '!(a)'],
    ['a:b:c', 'lucene.unescaped-colon', 'a:"b:c"'],
    ['url:http://x', 'lucene.unescaped-colon', 'url:"http://x"'],
    ['path:usr/bin', 'lucene.unclosed-regexp', 'path:usr\\/bin'],
    ['a:[1 TO 2', 'lucene.malformed-range', 'a:\\[1 TO 2'],
    ['a:[1 2]', 'lucene.malformed-range', undefined],
    ['a:{ b:c }', 'lucene.malformed-range', undefined],
    ['a:b]', 'lucene.unopened-range', 'a:b\\]'],
    ['a:b^x', 'lucene.bad-boost', 'a:b\\^x'],
    ['a:b\\', 'lucene.bad-escape', 'a:b\\\\'],
    ['path:C\\users', 'lucene.bad-escape', 'path:C\\\\users'],
    ['book.*:x', 'lucene.wildcard-field', 'book.\\*:x'],
    ['a:/x(/', 'regexp.unclosed-group', 'a:/x\\(/'],
    ['a:/((x{1000}){1000}){1000}/', 'regexp.too-complex', undefined],
  ])('%j: %s', (text, code, mended) => {
    const plan = lucene.parse(text)
    const diagnostic = plan.ok ? undefined : plan.error[0]
    expect(diagnostic).toMatchObject({ code, severity: 'error' })
    expect(lucene.check(text, fields)).toEqual(plan.ok ? [] : plan.error)
    if (diagnostic === undefined || mended === undefined) return
    const { span, patch } = diagnostic
    const patched = text.slice(0, span.start) + (patch ?? '') + text.slice(span.end)
    expect(patched).toBe(mended)
    expect(lucene.parse(patched)).toMatchObject({ ok: true })
  })

  test('groups nested too deeply are refused, however deep', () => {
    for (const depth of [maxLuceneDepth + 1, 100_000]) {
      const text = '('.repeat(depth) + 'a' + ')'.repeat(depth)
      expect(lucene.parse(text)).toMatchObject({ ok: false, error: [{ code: 'lucene.too-deep' }] })
    }
    const allowed = '('.repeat(maxLuceneDepth) + 'a' + ')'.repeat(maxLuceneDepth)
    expect(lucene.parse(allowed)).toMatchObject({ ok: true })
  })
})

describe('texts that parse, with doubts', () => {
  test.each<[string, string, string]>([
    ['user.name:root^2', 'lucene.boost', '^2'],
    ['(user.name:root)^2.5', 'lucene.boost', '^2.5'],
    ['user.name:root~', 'lucene.fuzzy', '~'],
    ['message:"an error"~3', 'lucene.fuzzy', '~3'],
    ['root', 'lucene.no-field', 'root'],
    ['user.name:(a or b)', 'lucene.lower-case-operator', 'or'],
    ['user.name:(new york)', 'lucene.words-together', 'new york'],
    ['user.name:a&&b', 'lucene.operator-in-word', 'a&&b'],
    ['user.name:"r*"', 'lucene.quoted-wildcard', '"r*"'],
    ['message:/Error/', 'lucene.capital-in-regexp', '/Error/'],
    ['_exists_:/user/', 'lucene.not-a-field-name', '/user/'],
    ['user.nane:root', 'lucene.unknown-field', 'user.nane'],
    ['_exists_:user.nane', 'lucene.unknown-field', 'user.nane'],
    ['user.nane\\*:root', 'lucene.unknown-field', 'user.nane\\*'],
    ['steps:root', 'lucene.object-field', 'root'],
    ['process.pid:abc', 'lucene.value-type', 'abc'],
    ['process.pid:1*', 'lucene.value-type', '1*'],
    ['process.pid:/1+/', 'lucene.value-type', '/1+/'],
    ['process.pid:[1 TO x]', 'lucene.value-type', '[1 TO x]'],
    ['source.ip:10.0.0', 'lucene.value-type', '10.0.0'],
    ['user.name:/^root$/', 'regexp.ordinary-character', '^'],
    ['user.name:a OR user.name:b AND user.name:c', 'lucene.idle-condition', 'user.name:a'],
    ['user.name:a OR NOT user.name:b', 'lucene.or-not', 'user.name:b'],
    ['NOT user.name:a OR user.name:b', 'lucene.or-not', 'user.name:a'],
  ])('%j: %s', (text, code, at) => {
    const found = lucene.check(text, fields).find((diagnostic) => diagnostic.code === code)
    expect(found && text.slice(found.span.start, found.span.end)).toBe(at)
    expect(lucene.parse(text)).toMatchObject({ ok: true })
  })

  test.each([
    'event.category:process AND process.args:(g\\+s OR /2[0-9]{3}/) AND NOT user.name:root',
    'message:(failed password)',
    'user.name:(a OR b) OR process.name:c',
    'process.pid:[1 TO 10] AND source.ip:"10.0.0.0/8" AND @timestamp:>now-1d',
    'process.hash.\\*:abc AND _exists_:process.hash',
    '',
  ])('%s raises none', (text) => {
    expect(lucene.check(text, fields)).toEqual([])
  })
})

test.each([
  ['process.name:(a OR b) AND NOT user.name:root', 'process.name:(a OR b) AND NOT user.name:root'],
  ['a:x OR b:y AND c:z', 'b:y AND c:z'],
  ['a:x b:y -c:z', '(a:x OR b:y) AND NOT c:z'],
  ['a:x OR (NOT a:y)', 'a:(x OR (NOT y))'],
  ['a:>5 && a:[1 TO 2}', 'a:(>5 AND [1 TO 2})'],
  ['_exists_:a.b', 'a.b:*'],
  ['x\\ y z', 'x\\ y\\ z'],
  ['', '*:*'],
  ['!*:*', 'NOT *:*'],
])('%s is printed as %s', (text, printed) => {
  const plan = lucene.parse(text)
  expect(plan.ok && lucene.format(plan.value)).toBe(printed)
})

test('long texts are read in one pass', () => {
  const spaces = ' '.repeat(300_000)
  expect(lucene.parse(`a:b${spaces}c`)).toMatchObject({ ok: true })
  expect(lucene.parse('a '.repeat(200_000))).toMatchObject({ ok: true })
  expect(lucene.parse('['.repeat(200_000))).toMatchObject({ ok: false })
  expect(lucene.parse('/'.repeat(200_001))).toMatchObject({ ok: false })
  expect(lucene.parse('a~^2'.repeat(50_000))).toMatchObject({ ok: true })
  expect(
    lucene.parse(Array.from({ length: 20_000 }, (_, i) => `a:${i}`).join(' OR ')),
  ).toMatchObject({ ok: true })
})
