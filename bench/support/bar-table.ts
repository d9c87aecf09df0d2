import type { Bar, Limit } from '../bars.ts'
import type { Row } from './row.ts'

/** Each bar with what was measured, as lines of text; a bar that is missed says so. */
export function barTable(bars: readonly Bar[], rows: readonly Row[]): readonly string[] {
  const lines = bars.map((bar) =>
    lineOf(
      bar,
      rows.findLast((row) => row.bar === bar.id),
    ),
  )
  const table = [['question', 'bar', 'beyond', 'measured', ''], ...lines]
  const widths = [0, 1, 2, 3].map((at) => Math.max(...table.map((line) => line[at]?.length ?? 0)))
  return table.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function lineOf(bar: Bar, row: Row | undefined): readonly string[] {
  const { question, limit, beyond } = bar
  const goals = [question, limitText(limit), beyond === undefined ? '' : String(beyond)]
  if (typeof row?.value !== 'number') {
    return [...goals, '-', bar.bench === undefined ? 'no bench yet' : 'not measured']
  }
  const { value } = row
  return [...goals, `${value}${bar.unit === undefined ? '' : ` ${bar.unit}`}`, verdict(bar, value)]
}

function limitText(limit: Limit): string {
  return 'atMost' in limit ? `<= ${limit.atMost}` : `>= ${limit.atLeast}`
}

function verdict({ limit, beyond }: Bar, value: number): string {
  const keeps = (bound: number): boolean => ('atMost' in limit ? value <= bound : value >= bound)
  if (!keeps('atMost' in limit ? limit.atMost : limit.atLeast)) return 'MISSED'
  return beyond !== undefined && keeps(beyond) ? 'held, and beyond' : 'held'
}
