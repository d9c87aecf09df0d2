import {
  err,
  isJsonObject,
  messageOf,
  ok,
  type JsonObject,
  type JsonValue,
  type Result,
} from '#base'
import { csvCells, csvRecords } from './csv-records.ts'
import type { Indicator, IntelFormat, IntelProblem, IntelReading } from './indicator.ts'
import { indicatorValueOf } from './indicator-value.ts'
import { ecsIndicatorOf } from './read-ecs.ts'
import { readStix } from './read-stix.ts'
import { columnOf, indicatorsOfCells } from './read-table.ts'

/** How to read a list. */
export interface IntelReadingOptions {
  /** Default: told by the text. */
  readonly format?: IntelFormat
  /** Epoch milliseconds. */
  readonly nowMs: number
}

/** The indicators of a list, with everything in it that gave none; an error where it is not of its format at all. */
export function readIndicators(
  written: string,
  { format, nowMs }: IntelReadingOptions,
): Result<IntelReading, string> {
  const text = written.replace(/^\uFEFF/, '')
  const chosen = format ?? formatOf(text)
  const read = { stix: stixOf, csv: csvOf, ndjson: ndjsonOf }[chosen](text, nowMs)
  if (!read.ok) return read
  const isValid = ({ about }: Indicator) => (about.validUntilMs ?? Infinity) > nowMs
  const indicators = read.value.indicators.filter(isValid)
  const outdated = read.value.outdated + read.value.indicators.length - indicators.length
  return ok({ ...read.value, indicators, outdated })
}

function formatOf(text: string): IntelFormat {
  const start = text.trimStart()
  if (start.startsWith('[') && jsonOf(start).ok) return 'stix'
  if (!start.startsWith('{')) return 'csv'
  const [line = ''] = start.split('\n', 1)
  const first = jsonOf(line)
  if (first.ok && isJsonObject(first.value) && !Array.isArray(first.value['objects'])) {
    return 'ndjson'
  }
  return 'stix'
}

function jsonOf(text: string): Result<JsonValue, string> {
  try {
    return ok(JSON.parse(text))
  } catch (thrown) {
    return err(messageOf(thrown))
  }
}

function stixOf(text: string, nowMs: number): Result<IntelReading, string> {
  const bundle = jsonOf(text)
  if (!bundle.ok) return err(`it is no JSON: ${bundle.error}`)
  const objects = isJsonObject(bundle.value) ? bundle.value['objects'] : bundle.value
  if (!Array.isArray(objects)) return err('it is no STIX bundle: there is no list of objects')
  return ok(readStix(bundle.value, { nowMs }))
}

function csvOf(text: string, nowMs: number): Result<IntelReading, string> {
  const { comments, records } = csvRecords(text)
  const own = headerOf(records[0]?.cells)
  const header = own ?? headerOf(csvCells(comments.at(-1) ?? ''))
  const indicators: Indicator[] = []
  const problems: IntelProblem[] = []
  for (const { line, cells } of own === undefined ? records : records.slice(1)) {
    const named = header ?? ['value', ...(cells.length > 1 && isType(cells[1]) ? ['type'] : [])]
    const found = indicatorsOfCells(
      named.map((name, i) => [name, cells[i] ?? ''] as const),
      { place: String(line), nowMs },
    )
    indicators.push(...found.indicators)
    problems.push(...found.problems)
  }
  return ok({ format: 'csv', indicators, problems, outdated: 0 })
}

function isType(cell: string | undefined): boolean {
  return cell !== undefined && typeof columnOf(cell) === 'object'
}

/** The names of a header; none of a line that has a value in it already. */
function headerOf(cells: readonly string[] | undefined): readonly string[] | undefined {
  if (cells === undefined) return undefined
  if (cells.some((cell) => typeof indicatorValueOf(cell) !== 'string')) return undefined
  const columns = cells.map(columnOf)
  return columns.some((column) => column === 'value' || typeof column === 'object')
    ? cells
    : undefined
}

function ndjsonOf(text: string, nowMs: number): Result<IntelReading, string> {
  const indicators: Indicator[] = []
  const problems: IntelProblem[] = []
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const place = String(i + 1)
    const json = jsonOf(line)
    if (!json.ok || !isJsonObject(json.value)) {
      const message = json.ok ? 'it is no JSON object' : `it is no JSON: ${json.error}`
      problems.push({ kind: 'unreadable', place, message })
      continue
    }
    if (isAction(json.value)) continue
    const source = isJsonObject(json.value['_source']) ? json.value['_source'] : json.value
    const ecs = ecsIndicatorOf(source)
    if (ecs !== undefined) {
      if (typeof ecs === 'string') problems.push({ kind: 'unsupported', place, message: ecs })
      else indicators.push(ecs)
      continue
    }
    const found = indicatorsOfCells(cellsOf(source), { place, nowMs })
    indicators.push(...found.indicators)
    problems.push(...found.problems)
  }
  return ok({ format: 'ndjson', indicators, problems, outdated: 0 })
}

/** The action line of a bulk file. */
function isAction(value: JsonObject): boolean {
  const [name, second] = Object.keys(value)
  return second === undefined && (name === 'index' || name === 'create')
}

function cellsOf(source: JsonObject): readonly (readonly [string, string])[] {
  return Object.entries(source).flatMap(([name, value]) => {
    if (value === null || isJsonObject(value)) return []
    const text = Array.isArray(value)
      ? value.filter((each) => !isJsonObject(each)).join(',')
      : value
    return [[name, String(text)] as const]
  })
}
