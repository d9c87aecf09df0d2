import { expect, test } from 'vitest'
import type { NecessaryTerm } from '#query'
import { decodeWanted, encodeLine } from './event-line.ts'
import { lineTestOf } from './line-test.ts'

const values = ['bash', 'a "quoted" one', 'bäsh', '4711', 'x'.repeat(300), 'bash']
const lines = Buffer.from(
  values
    .map((value, n) =>
      encodeLine(
        { index: 'logs-a-x', id: `e${n}`, sequence: n, ingestedMs: 1 },
        JSON.stringify({ field: value === '4711' ? 4711 : value }),
      ),
    )
    .join(''),
)

function is(value: string): NecessaryTerm {
  return { kind: 'value', field: 'field', value }
}

function rowsWanted(groups: readonly (readonly NecessaryTerm[])[]): readonly number[] | undefined {
  const line = lineTestOf(groups)
  return line && decodeWanted(lines, { rows: undefined, line }).map(({ row }) => row)
}

test.each<readonly [string, readonly (readonly NecessaryTerm[])[], readonly number[] | undefined]>([
  ['lines that hold the text, with their places', [[is('bash')]], [0, 5]],
  [
    'lines that hold one text of every group',
    [[is('bash'), is('bäsh')], [is('"e5"')], [is('e5')]],
    [5],
  ],
  ['numbers as they are written', [[is('4711')]], [3]],
  ['texts of any length', [[is('x'.repeat(300))]], [4]],
  ['no line where none holds it', [[is('nowhere')]], []],
  ['every line where a text is spelled with escapes', [[is('a "quoted" one')]], undefined],
  [
    'every line where one of the group tells nothing',
    [[is('bash'), { kind: 'field', field: 'field' }]],
    undefined,
  ],
  ['every line where a text is too short to tell', [[is('b')]], undefined],
  ['every line where nothing is necessary', [], undefined],
])('what may be wanted: %s', (_what, groups, rows) => {
  expect(rowsWanted(groups)).toEqual(rows)
})
