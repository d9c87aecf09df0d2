import type { Answer } from '../http/exchange.ts'
import type { SearchCall } from './call.ts'

/** One row of a table; all rows have the same columns. */
export type Row = { readonly [column: string]: string }

/** Rows as `_cat` tells them: columns of text, or JSON with `format=json`; `h` names the columns, `v` heads them. */
export function table({ query }: Pick<SearchCall, 'query'>, rows: readonly Row[]): Answer {
  const wanted = query.get('h')?.split(',')
  const picked = wanted === undefined ? rows : rows.map((row) => only(row, wanted))
  if (query.get('format') === 'json') {
    return { status: 200, body: JSON.stringify(picked), contentType: 'application/json' }
  }
  const columns = wanted ?? Object.keys(rows[0] ?? {})
  const head: Row = Object.fromEntries(columns.map((column) => [column, column]))
  const lines = query.has('v') && query.get('v') !== 'false' ? [head, ...picked] : picked
  const widths = columns.map((column) =>
    Math.max(0, ...lines.map((row) => row[column]?.length ?? 0)),
  )
  const text = lines
    .map(
      (row) =>
        `${columns
          .map((column, at) => (row[column] ?? '').padEnd(widths[at] ?? 0))
          .join(' ')
          .trimEnd()}\n`,
    )
    .join('')
  return { status: 200, body: text, contentType: 'text/plain; charset=UTF-8' }
}

function only(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? '']))
}
