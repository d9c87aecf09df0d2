import { expect, test } from 'vitest'
import { systemClock } from '#base'
import { rowWriter, tableText, type Column } from './output.ts'
import { shown, tinter, wantsColour, type Terminal } from './terminal.ts'

interface Row {
  readonly id: string
  readonly what: string
}

const columns: readonly Column<Row>[] = [
  { title: 'ID', value: ({ id }) => id, dispensable: 0 },
  { title: 'EXTRA', value: () => 'extra', dispensable: 1 },
  { title: 'WHAT', value: ({ what }) => what, dispensable: 0 },
]

function pipe(outIsTty = false): { readonly terminal: Terminal; readonly written: () => string } {
  let written = ''
  const terminal: Terminal = {
    out: (text) => void (written += text),
    drained: async () => undefined,
    err: () => undefined,
    note: () => undefined,
    input: process.stdin,
    outIsTty,
    errIsTty: false,
    columns: 80,
    env: {},
    clock: systemClock,
    signal: new AbortController().signal,
    tint: tinter(false),
  }
  return { terminal, written: () => written }
}

const rows: readonly Row[] = [
  { id: 'a', what: 'plain' },
  { id: 'b', what: 'evil\u001b[2Jtext\n"q", =1' },
]
const json = ({ id, what }: Row) => ({ id, what })

test('a table is as wide as the terminal allows: the least useful column goes, then the last is cut', () => {
  const narrow = { columns: 16, tint: tinter(false) }
  expect(tableText([{ id: 'abc', what: 'x'.repeat(50) }], columns, narrow)).toBe(
    'ID   WHAT\nabc  xxxxxxxxxx…\n',
  )
  const wide = { columns: 80, tint: tinter(false) }
  expect(tableText([{ id: 'abc', what: 'y' }], columns, wide)).toBe(
    'ID   EXTRA  WHAT\nabc  extra  y\n',
  )
})

test('text from outside cannot move the cursor', () => {
  const { terminal, written } = pipe(true)
  const writer = rowWriter(terminal, { format: 'table', columns, json })
  writer.write(rows)
  writer.end()
  expect(written()).not.toContain('\u001b')
  expect(written()).toContain('\\u{1b}[2J')
  expect(shown(['a\u202eb', 1, null])).toBe('a\\u{202e}b, 1, ')
})

test('a pipe gets one object a line, as each comes', () => {
  const { terminal, written } = pipe()
  const writer = rowWriter(terminal, { format: 'ndjson', columns, json })
  writer.write(rows.slice(0, 1))
  expect(written()).toBe('{"id":"a","what":"plain"}\n')
  writer.write(rows.slice(1))
  writer.end()
  expect(
    written()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(rows)
})

test('json is one document, also when it is empty', () => {
  const full = pipe()
  const writer = rowWriter(full.terminal, { format: 'json', columns, json })
  writer.write(rows)
  writer.end()
  expect(JSON.parse(full.written())).toEqual(rows)
  const empty = pipe()
  rowWriter(empty.terminal, { format: 'json', columns, json }).end()
  expect(JSON.parse(empty.written())).toEqual([])
})

test('csv quotes what needs it and defuses formulas', () => {
  const { terminal, written } = pipe()
  const writer = rowWriter(terminal, { format: 'csv', columns, json })
  writer.write([{ id: '=1+1', what: 'say "hi", you\n' }])
  writer.end()
  expect(written()).toBe('ID,EXTRA,WHAT\r\n\'=1+1,extra,"say ""hi"", you\n"\r\n')
})

test('a table in a pipe is separated by tabs and whole', () => {
  const { terminal, written } = pipe()
  const writer = rowWriter(terminal, { format: 'table', columns, json })
  writer.write([{ id: 'a', what: 'x'.repeat(500) }])
  writer.end()
  expect(written()).toBe(`a\textra\t${'x'.repeat(500)}\n`)
})

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ TERM: 'dumb' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
])('colours by environment %j and terminal %s: %s', (env, isTty, wanted) => {
  expect(wantsColour(env, { isTty, refused: false })).toBe(wanted)
})
