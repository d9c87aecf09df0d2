import type { JsonObject } from '#base'
import type { Call } from './command.ts'
import { usageFault } from './exit-code.ts'
import { formats, type Format } from './format-option.ts'
import { shown, type Terminal, type Tone } from './terminal.ts'

/** The format asked for, or the one that suits the other side. Faults: `cli.usage`. */
export function formatOf(call: Call, terminal: Terminal): Format {
  const asked = call.text('format')
  if (asked === undefined) return terminal.outIsTty ? 'table' : 'ndjson'
  const found = formats.find((format) => format === asked)
  if (found === undefined) throw usageFault(`--format is one of ${formats.join(', ')}`)
  return found
}

/** One column of a table. */
export interface Column<Row> {
  readonly title: string
  value(row: Row): string
  readonly tone?: (row: Row) => Tone | undefined
  /** Columns with the highest number go first when the terminal is narrow; 0 never goes. */
  readonly dispensable: number
}

/** How rows become text in each format. */
export interface RowWriter<Row> {
  write(rows: readonly Row[]): void
  /** Writes what only the end can give: tables, the closing bracket of a document. */
  end(): void
}

/**
 * Writes rows in a format. Machine formats write each row as it comes; a table on a terminal is held
 * back until the end, because its widths need all rows.
 */
export function rowWriter<Row>(
  terminal: Terminal,
  {
    format,
    columns,
    json,
  }: {
    readonly format: Format
    readonly columns: readonly Column<Row>[]
    readonly json: (row: Row) => JsonObject
  },
): RowWriter<Row> {
  if (format === 'ndjson') {
    return {
      write: (rows) => terminal.out(rows.map((row) => `${JSON.stringify(json(row))}\n`).join('')),
      end: () => undefined,
    }
  }
  if (format === 'json') return jsonWriter(terminal, json)
  if (format === 'csv') return csvWriter(terminal, columns)
  if (!terminal.outIsTty) return tabWriter(terminal, columns)
  const held: Row[] = []
  return {
    write: (rows) => void held.push(...rows),
    end: () => terminal.out(tableText(held, columns, terminal)),
  }
}

function jsonWriter<Row>(terminal: Terminal, json: (row: Row) => JsonObject): RowWriter<Row> {
  let separator = '['
  return {
    write(rows) {
      for (const row of rows) {
        terminal.out(`${separator}\n${JSON.stringify(json(row))}`)
        separator = ','
      }
    },
    end: () => terminal.out(separator === '[' ? '[]\n' : '\n]\n'),
  }
}

function csvWriter<Row>(terminal: Terminal, columns: readonly Column<Row>[]): RowWriter<Row> {
  let begun = false
  const begin = (): void => {
    if (!begun) terminal.out(csvLine(columns.map(({ title }) => title)))
    begun = true
  }
  return {
    write(rows) {
      begin()
      terminal.out(rows.map((row) => csvLine(columns.map((column) => column.value(row)))).join(''))
    },
    end: begin,
  }
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** Spreadsheets run cells that begin like a formula: those get a quote in front. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function tabWriter<Row>(terminal: Terminal, columns: readonly Column<Row>[]): RowWriter<Row> {
  return {
    write: (rows) =>
      terminal.out(
        rows
          .map((row) => `${columns.map((column) => shown(column.value(row))).join('\t')}\n`)
          .join(''),
      ),
    end: () => undefined,
  }
}

const gap = 2

/** The last column, the longest as a rule, is cut down to this before any other is left out. */
const leastOfLast = 40

/** An aligned table of what fits: the last column gives way first, then the least useful ones go. */
export function tableText<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  terminal: Pick<Terminal, 'columns' | 'tint'>,
): string {
  if (rows.length === 0) return ''
  let kept = columns.map((column) => ({ column, width: widthOf(column, rows) }))
  const total = (): number => kept.reduce((sum, { width }) => sum + width + gap, -gap)
  const least = (): number => total() - Math.max(0, (kept.at(-1)?.width ?? 0) - leastOfLast)
  while (least() > terminal.columns) {
    const first = kept.reduce((a, b) => (b.column.dispensable >= a.column.dispensable ? b : a))
    if (first.column.dispensable === 0) break
    kept = kept.filter((one) => one !== first)
  }
  const last = kept.at(-1)
  const over = Math.max(0, total() - terminal.columns)
  const widths = kept.map((one) => (one === last ? Math.max(8, one.width - over) : one.width))
  const lines = [
    joined(
      kept.map(({ column }) => terminal.tint('faint', column.title)),
      widths,
      kept.map(({ column }) => column.title.length),
    ),
    ...rows.map((row) => {
      const cells = kept.map(({ column }, position) =>
        cut(shown(column.value(row)), widths[position] ?? 0),
      )
      const tinted = cells.map((cell, position) => {
        const tone = kept[position]?.column.tone?.(row)
        return tone === undefined ? cell : terminal.tint(tone, cell)
      })
      return joined(
        tinted,
        widths,
        cells.map((cell) => cell.length),
      )
    }),
  ]
  return `${lines.join('\n')}\n`
}

function widthOf<Row>(column: Column<Row>, rows: readonly Row[]): number {
  return rows.reduce(
    (width, row) => Math.max(width, shown(column.value(row)).length),
    column.title.length,
  )
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

/** Cells padded to their widths; `lengths` are those without colours. */
function joined(
  cells: readonly string[],
  widths: readonly number[],
  lengths: readonly number[],
): string {
  return cells
    .map((cell, position) => {
      if (position === cells.length - 1) return cell
      return (
        cell + ' '.repeat(Math.max(0, (widths[position] ?? 0) - (lengths[position] ?? 0)) + gap)
      )
    })
    .join('')
}
