import { expect, test } from 'vitest'
import { emptyCatalogue, withMappings, type EventSource } from '#event'
import { esqlReadingToo, prepareEsql } from './esql.ts'

const fields = withMappings(emptyCatalogue(), {
  '@timestamp': 'date',
  'host.name': 'keyword',
  'host.ip': 'ip',
  'process.name': { type: 'keyword', ignore_above: 8 },
  'process.pid': 'long',
  message: 'match_only_text',
})
const context = { nowMs: Date.UTC(2026, 2, 2, 12), fields }

async function answer(query: string, ...sources: readonly EventSource[]) {
  const plan = prepareEsql(query, context)
  if (!plan.ok) throw new Error(plan.error.map(({ message }) => message).join('; '))
  const { run, membersOf } = plan.value
  const events = sources.map((source, at) => ({ index: 'logs-a', id: String(at), source }))
  const rows = []
  for await (const page of run(
    (async function* () {
      yield events
    })(),
  )) {
    for (const row of page) {
      rows.push(Object.fromEntries(membersOf(row).map(([name, cell]) => [name, cell])))
    }
  }
  return rows
}

test.each([
  ['', 'FROM and the names of indices must stand here, but the text ends', 0],
  ['FROM a | WHERE', 'a value or a name must stand here, but the text ends', 14],
  ['FROM a | WHERE x ==', 'a value or a name must stand here, but the text ends', 19],
  ['FROM a | WHERE x = 1', '"|" and a command, or the end, must stand here, but there is =', 17],
  ['FROM a | WERE x', 'there is no command WERE', 9],
  ['FROM a | WHERE x == "y', 'this text is never closed', 20],
  ['FROM a | WHERE x == "\\d"', '\\d means nothing in a text', 21],
  ['FROM a | COMPLETION y = z', 'COMPLETION does not run here: it asks a language model', 9],
  ['FROM a | STATS n = COUNT(*) | WHERE x', 'there is no column x', 36],
  ['FROM a | STATS x, n = COUNT(*)', 'x differs within a group', 15],
  ['FROM a | EVAL x = FOOBAR_BAZ(x) | WHERE x', 'there is no function FOOBAR_BAZ here', 18],
  ['FROM a | STATS n = COUNT_DISTNCT(x) | WHERE n > 1', 'there is no function COUNT_DISTNCT', 19],
  ['FROM a | WHERE COUNT(x) > 1', 'COUNT is an aggregate', 15],
  ['FROM a | WHERE process.pid == "x"', '"x" is no double', 15],
  ['FROM a | WHERE host.name > 5', /^keyword and integer cannot be compared/, 15],
  ['FROM a | EVAL x = 1 hour', /^a span of time is no value/, 18],
  ['FROM a METADATA _nope', 'there is no metadata _nope', 16],
  ['FROM a | GROK message "%{NOPE:x}"', 'there is no pattern %{NOPE}', 22],
  ['FROM a | DISSECT message "%{a}%{b}"', 'two names must have a delimiter between', 25],
  ['FROM a | WHERE message RLIKE "("', /^RLIKE: /, 15],
  ['FROM a | EVAL x = REPLACE(message, "(?=a)", "")', /^REPLACE, argument 2: /, 18],
])('%s is refused at its place', (query, message, at) => {
  const plan = prepareEsql(query, context)
  const [problem, ...others] = plan.ok ? [] : plan.error
  expect(others).toEqual([])
  expect(problem?.message).toMatch(message)
  expect(problem?.span.start).toBe(at)
})

test('parentheses that lie too deep are refused, and long texts take no longer than they are', () => {
  const deep = prepareEsql(`FROM a | WHERE ${'('.repeat(100_000)}`, context)
  expect(deep.ok ? undefined : deep.error[0]?.code).toBe('esql.too-deep')
  const terms = Array.from({ length: 20_000 }, (_, at) => `"${at}"`).join(', ')
  expect(prepareEsql(`FROM a | WHERE host.name IN (${terms})`, context).ok).toBe(true)
})

test('documents whose fields nobody listed keep those that a pattern keeps, and lose those that are dropped', async () => {
  const source = { host: { name: 'h', os: { type: 'linux' } }, 'process.pid': 7, x: [2, 1] }
  expect(await answer('FROM a | KEEP host.*, x', source)).toEqual([
    { 'host.name': 'h', 'host.os.type': 'linux', x: [1, 2] },
  ])
  expect(await answer('FROM a | DROP host.*', source)).toEqual([{ 'process.pid': 7, x: [1, 2] }])
  expect(await answer('FROM a | EVAL x = 1 | RENAME x AS y | KEEP y', source)).toEqual([{ y: 1 }])
})

test('a value that its mapping does not index is not there', async () => {
  const rows = await answer('FROM a METADATA _ignored | KEEP process.name, _ignored', {
    'process.name': 'longer than eight',
  })
  expect(rows).toEqual([{ 'process.name': null, _ignored: 'process.name' }])
})

test('values of a field that nothing maps count by what JSON says they are', async () => {
  const sources = [{ n: 5 }, { n: '5' }, { n: true }]
  expect(await answer('FROM a | WHERE n == "5"', ...sources)).toEqual([{ n: '5' }])
  expect(await answer('FROM a | WHERE n >= 5', ...sources)).toEqual([{ n: 5 }])
  expect(await answer('FROM a | WHERE n == true', ...sources)).toEqual([{ n: true }])
})

test('a limit ends the reading of documents', async () => {
  const plan = prepareEsql('FROM a | LIMIT 3', context)
  if (!plan.ok) throw new Error('it does not parse')
  let read = 0
  async function* endless() {
    for (;;) {
      read++
      yield [{ index: 'a', id: String(read), source: {} }]
    }
  }
  let rows = 0
  for await (const page of plan.value.run(endless())) rows += page.length
  expect([rows, read]).toEqual([3, 3])
})

test('a query that would hold more than there is room for fails and says what to do', async () => {
  const numbers = Array.from({ length: 1_000 }, (_, at) => at)
  const many = { n: numbers, m: numbers }
  await expect(answer('FROM a | STATS COUNT(*) BY n, m, x = n', many)).rejects.toThrow(
    /must hold more than 250000 groups at once; narrow it by WHERE/,
  )
})

test('a text can be made to read one more index, and no other text changes', () => {
  const more = esqlReadingToo('// all\nfrom logs-*, -logs-x metadata _id | limit 1', 'also')
  const plan = prepareEsql(more, context)
  expect(plan.ok && plan.value.indices).toEqual(['also', 'logs-*', '-logs-x'])
  expect(esqlReadingToo('ROW x = 1', 'also')).toBe('ROW x = 1')
  expect(esqlReadingToo('FROM', 'also')).toBe('FROM')
})
