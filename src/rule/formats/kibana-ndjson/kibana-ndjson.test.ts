import { expect, test } from 'vitest'
import { rulesOnly } from '../../format.ts'
import { maxRuleFileBytes, readRules } from '../../read-rules.ts'
import { kibanaNdjson } from './kibana-ndjson.ts'

const path = 'export.ndjson'

const rule = (ruleId: string) => ({
  rule_id: ruleId,
  name: `Rule ${ruleId}`,
  description: 'Says what it does.',
  severity: 'low',
  risk_score: 21,
  type: 'query',
  query: 'process.name:"a"',
})

function read(text: string) {
  return readRules(new TextEncoder().encode(text), { path })
}

const lines = (...values: readonly unknown[]) =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('')

test('an export gives its rules, exception lists, items and what is no concern of rules', () => {
  const list = {
    list_id: 'l',
    name: 'Quiet',
    type: 'detection',
    namespace_type: 'single',
    tags: [],
  }
  const item = {
    item_id: 'i',
    list_id: 'l',
    name: 'The backup',
    type: 'simple',
    comments: [{ comment: 'agreed' }],
    os_types: ['linux'],
    expire_time: '2030-01-01T00:00:00.000Z',
    entries: [
      { field: 'process.name', type: 'match', operator: 'included', value: 'rsync' },
      { field: 'user.name', type: 'match_any', operator: 'excluded', value: ['a', 'b'] },
      { field: 'host.id', type: 'exists', operator: 'included' },
      {
        field: 'source.ip',
        type: 'list',
        operator: 'included',
        list: { id: 'nets', type: 'ip_range' },
      },
      {
        field: 'process.parent',
        type: 'nested',
        entries: [{ field: 'name', type: 'wildcard', operator: 'included', value: 'cron*' }],
      },
    ],
  }
  const connector = { id: 'c', type: 'action', attributes: { name: 'mail' }, references: [] }
  const text = lines(rule('a'), list, item, connector, { exported_count: 4 })
  const reading = read(text)
  expect(reading.diagnostics).toEqual([])
  expect(reading.rules.map(({ ruleId }) => ruleId)).toEqual(['a'])
  expect(reading.exceptionLists).toEqual([
    {
      listId: 'l',
      name: 'Quiet',
      type: 'detection',
      namespaceType: 'single',
      unknown: { tags: [] },
    },
  ])
  expect(reading.exceptions).toEqual([
    {
      itemId: 'i',
      listId: 'l',
      name: 'The backup',
      osTypes: ['linux'],
      expireTime: '2030-01-01T00:00:00.000Z',
      entries: item.entries,
      unknown: { type: 'simple', comments: [{ comment: 'agreed' }] },
    },
  ])
  expect(reading.others).toEqual([connector])
  const again = read(kibanaNdjson.write(reading).text)
  expect({ ...again, locators: [] }).toMatchObject({
    rules: reading.rules,
    exceptionLists: reading.exceptionLists,
    others: reading.others,
    diagnostics: [],
  })
  expect(again.exceptions[0]).toMatchObject({ entries: item.entries, osTypes: ['linux'] })
})

test('a line that is cut short is told with its place, and the rules before it are read', () => {
  const text = lines(rule('a'), rule('b')).slice(0, -30)
  const { rules, diagnostics } = read(text)
  expect(rules.map(({ ruleId }) => ruleId)).toEqual(['a'])
  expect(diagnostics).toEqual([
    expect.objectContaining({
      code: 'rule.json-syntax',
      severity: 'error',
      origin: path,
      line: 2,
      column: text.length - text.indexOf('\n'),
      help: 'the file ends in the middle of a line: it was cut short',
    }),
  ])
})

test('one bad rule among good ones is told with line and column and does not stop them', () => {
  const text = lines(rule('a'), { ...rule('b'), risk_score: 'x' }, rule('c'))
  const { rules, diagnostics } = read(text)
  expect(rules.map(({ ruleId }) => ruleId)).toEqual(['a', 'c'])
  const line = text.split('\n')[1] ?? ''
  expect(diagnostics).toEqual([
    expect.objectContaining({
      code: 'rule.wrong-type',
      line: 2,
      column: line.indexOf('"x"') + 1,
    }),
  ])
})

test('two rules with one id: the first stands and the second is told', () => {
  const { rules, diagnostics } = read(lines(rule('a'), { ...rule('a'), name: 'Other' }))
  expect(rules.map(({ name }) => name)).toEqual(['Rule a'])
  expect(diagnostics).toEqual([expect.objectContaining({ code: 'rule.repeated-id', line: 2 })])
})

test('blank lines and Windows line ends are passed over', () => {
  const text = lines(rule('a'), rule('b')).replaceAll('\n', '\r\n\r\n')
  expect(read(text)).toMatchObject({ diagnostics: [], rules: [{ ruleId: 'a' }, { ruleId: 'b' }] })
})

test('one rule over several lines, or a list of rules, is read too', () => {
  expect(read(JSON.stringify(rule('a'), null, 2)).rules).toHaveLength(1)
  const text = JSON.stringify([rule('a'), { ...rule('b'), severity: 'grim' }], null, 2)
  const { rules, diagnostics } = read(text)
  expect(rules.map(({ ruleId }) => ruleId)).toEqual(['a'])
  expect(diagnostics).toEqual([expect.objectContaining({ code: 'rule.not-a-choice', line: 15 })])
})

test('an exception that would except everything is refused', () => {
  const text = lines({ item_id: 'i', list_id: 'l', name: 'n', entries: [] })
  const { exceptions, diagnostics } = read(text)
  expect(exceptions).toEqual([])
  expect(diagnostics).toEqual([expect.objectContaining({ code: 'rule.empty' })])
})

test('a line that nests without end is refused, not followed', () => {
  const { rules, diagnostics } = read(`${'['.repeat(50_000)}${']'.repeat(50_000)}\n`)
  expect(rules).toEqual([])
  expect(diagnostics).toEqual([expect.objectContaining({ code: 'rule.too-deep' })])
})

test('what stands beside a rule in a TOML file is told when there is no place for it', () => {
  const [one] = read(lines(rule('a'))).rules
  if (one === undefined) throw new Error('the rule must be readable')
  const { diagnostics } = kibanaNdjson.write(rulesOnly([{ ...one, sections: { metadata: {} } }]))
  expect(diagnostics).toEqual([expect.objectContaining({ code: 'rule.sections-left-out' })])
})

test('the format is known by the name, and by the content where the name says nothing', () => {
  const bytes = new TextEncoder().encode(lines(rule('a')))
  expect(readRules(bytes, { path: 'stdin' }).rules).toHaveLength(1)
  const toml = new TextEncoder().encode('[rule]\nname = "a"\n')
  expect(readRules(toml, { path: 'stdin' }).diagnostics[0]?.code).toBe('rule.member-missing')
})

test.each([
  ['a stray byte', [...Buffer.from('{"a":1}\nab'), 0xff, 0x41], 2, 3, '0xff'],
  ['a character cut short at the end', [...Buffer.from('ab'), 0xe2, 0x82], 1, 3, '0xe2'],
  ['UTF-16', [0xff, 0xfe, 0x7b, 0x00], 1, 1, '0xff'],
])('%s is told with its place', (_name, bytes, line, column, byte) => {
  const { rules, diagnostics } = readRules(Uint8Array.from(bytes), { path })
  expect(rules).toEqual([])
  expect(diagnostics).toEqual([
    expect.objectContaining({ code: 'rule.not-utf8', origin: path, line, column }),
  ])
  expect(diagnostics[0]?.message).toContain(byte)
})

test('a file beyond the limit is refused unread, and an empty one is told', () => {
  const large = readRules(new Uint8Array(maxRuleFileBytes + 1), { path })
  expect(large.diagnostics).toEqual([expect.objectContaining({ code: 'rule.file-too-large' })])
  const empty = readRules(new Uint8Array(0), { path })
  expect(empty.diagnostics).toEqual([expect.objectContaining({ code: 'rule.file-empty' })])
})
