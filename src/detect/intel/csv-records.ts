/** One record of a CSV file: the line it begins on, from 1, and its cells. */
export interface CsvRecord {
  readonly line: number
  readonly cells: readonly string[]
}

/** A comment before the first record; some lists have their header there. */
export interface CsvText {
  readonly comments: readonly string[]
  readonly records: readonly CsvRecord[]
}

/**
 * The records of a CSV text: cells between commas, semicolons or tabs, whichever the first record has;
 * quotes, doubled quotes and line breaks inside quotes. Lines that begin with `#` are comments.
 */
export function csvRecords(text: string): CsvText {
  const comments: string[] = []
  const records: CsvRecord[] = []
  let separator: string | undefined
  let line = 1
  let at = 0
  while (at < text.length) {
    const end = endOfLine(text, at)
    const first = text.slice(at, end).trim()
    if (first === '' || first.startsWith('#')) {
      if (first !== '' && records.length === 0) comments.push(first.replace(/^#+\s*/, ''))
      at = end + 1
      line++
      continue
    }
    separator ??= separatorOf(first)
    const record = recordAt(text, at, separator)
    records.push({ line, cells: record.cells })
    line += record.lines
    at = record.end
  }
  return { comments, records }
}

/** The cells of one line, as {@link csvRecords} cuts it. */
export function csvCells(line: string): readonly string[] {
  return recordAt(line, 0, separatorOf(line)).cells
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

function separatorOf(line: string): string {
  const bare = line.replaceAll(/"[^"]*"/g, '')
  const counted = [',', ';', '\t'].map((each) => [each, bare.split(each).length] as const)
  return counted.reduce((best, each) => (each[1] > best[1] ? each : best))[0]
}

function recordAt(
  text: string,
  start: number,
  separator: string,
): { readonly cells: readonly string[]; readonly end: number; readonly lines: number } {
  const cells: string[] = []
  let at = start
  let lines = 1
  for (;;) {
    while (text[at] === ' ') at++
    let cell = ''
    if (text[at] === '"') {
      at++
      for (;;) {
        const quote = text.indexOf('"', at)
        const part = text.slice(at, quote < 0 ? text.length : quote)
        lines += part.split('\n').length - 1
        cell += part
        at = quote < 0 ? text.length : quote + 1
        if (text[at] !== '"' || quote < 0) break
        cell += '"'
        at++
      }
    }
    const plain = at
    while (at < text.length && text[at] !== separator && text[at] !== '\n') at++
    cells.push(cell + text.slice(plain, at).replace(/\r$/, '').trimEnd())
    if (text[at] !== separator) return { cells, end: at + 1, lines }
    at++
  }
}
