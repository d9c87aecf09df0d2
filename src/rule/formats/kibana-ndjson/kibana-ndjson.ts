import { isJsonObject, messageOf, type Diagnostic, type JsonObject, type JsonValue } from '#base'
import {
  exceptionItemFromWire,
  exceptionItemToWire,
  exceptionListFromWire,
  exceptionListToWire,
} from '../../exception-codec.ts'
import type { ExceptionItem, ExceptionList } from '../../exception-list.ts'
import type { RuleFile, RuleFileReading, RuleFileText, RuleFormat } from '../../format.ts'
import { ruleFromWire, ruleToWire } from '../../rule-codec.ts'
import type { Rule } from '../../rule.ts'
import type { FileDiagnostic, RuleLocator } from '../../wire/member-path.ts'
import { isTooDeep, maxDepth } from '../json-limits.ts'
import { positionIn, ruleLocator, startsOfLines } from '../source-map.ts'
import { jsonSourceMap } from './json-source-map.ts'

/** Kibana's export: one JSON object a line, rules first, then exception lists and items, connectors, a summary. */
export const kibanaNdjson: RuleFormat = {
  id: 'kibana-ndjson',
  title: 'Kibana rule export (NDJSON)',
  extensions: ['.ndjson', '.jsonl', '.json'],
  holdsMany: true,
  read: readNdjson,
  write: writeNdjson,
}

/** One object of the file and where it stands. */
interface Piece {
  readonly text: string
  readonly start: number
}

function readNdjson(text: string, { path }: { readonly path: string }): RuleFileReading {
  const rules: Rule[] = []
  const locators: RuleLocator[] = []
  const exceptions: ExceptionItem[] = []
  const exceptionLists: ExceptionList[] = []
  const others: JsonObject[] = []
  const diagnostics: FileDiagnostic[] = []
  const lineStarts = startsOfLines(text)

  for (const piece of piecesOf(text)) {
    const parsed = parsePiece(piece, { path, lineStarts, textLength: text.length })
    if (!parsed.ok) {
      diagnostics.push(parsed.error)
      continue
    }
    const locate = (): RuleLocator => locatorOf(piece, path, lineStarts)
    for (const { wire, locate: place } of membersOf(parsed.value, locate)) {
      const kind = isJsonObject(wire) ? kindOf(wire) : 'rule'
      if (kind === 'summary') continue
      if (kind === 'other' && isJsonObject(wire)) others.push(wire)
      else if (kind === 'item') {
        const reading = exceptionItemFromWire(wire, place())
        diagnostics.push(...reading.diagnostics)
        if (reading.value !== undefined) exceptions.push(reading.value)
      } else if (kind === 'list') {
        const reading = exceptionListFromWire(wire, place())
        diagnostics.push(...reading.diagnostics)
        if (reading.value !== undefined) exceptionLists.push(reading.value)
      } else {
        const located = place()
        const reading = ruleFromWire(wire, { locate: located })
        diagnostics.push(...reading.diagnostics)
        if (reading.rule === undefined) continue
        rules.push(reading.rule)
        locators.push(located)
      }
    }
  }
  return { rules, locators, exceptions, exceptionLists, others, diagnostics }
}

/** The lines, or the whole text where it is one JSON value over several lines. */
function* piecesOf(text: string): Iterable<Piece> {
  if (/^\s*(\[|\{\s*\n)/.test(text)) {
    yield { text, start: 0 }
    return
  }
  for (let start = 0; start < text.length;) {
    const lineBreak = text.indexOf('\n', start)
    const end = lineBreak < 0 ? text.length : lineBreak
    const line = text.slice(start, end)
    if (line.trim() !== '') yield { text: line, start }
    start = end + 1
  }
}

type Parsed =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly error: FileDiagnostic }

function parsePiece(
  piece: Piece,
  file: {
    readonly path: string
    readonly lineStarts: readonly number[]
    readonly textLength: number
  },
): Parsed {
  const refuse = (code: string, message: string, at: number, help?: string): Parsed => {
    const start = piece.start + at
    const span = { start, end: start }
    const where = positionIn(file.lineStarts, start)
    const said = { code, severity: 'error' as const, message, span, origin: file.path, ...where }
    return { ok: false, error: help === undefined ? said : { ...said, help } }
  }
  try {
    // JSON.parse gives JSON values and nothing else.
    const value = JSON.parse(piece.text) as JsonValue
    if (!isTooDeep(value)) return { ok: true, value }
    const message = `the line nests deeper than ${maxDepth} levels, which no rule does`
    return refuse('rule.too-deep', message, 0)
  } catch (thrown) {
    const reason = messageOf(thrown)
    const position = /at position (\d+)/.exec(reason)?.[1]
    const at = position === undefined ? piece.text.trimEnd().length : Number(position)
    const isCut = at >= piece.text.trimEnd().length || reason.startsWith('Unterminated')
    const isLast = piece.start + piece.text.length >= file.textLength
    return refuse(
      'rule.json-syntax',
      `the line is not JSON: ${reason.replace(/ \(line \d+ column \d+\)$/, '')}`,
      at,
      isCut && isLast ? 'the file ends in the middle of a line: it was cut short' : undefined,
    )
  }
}

function locatorOf(
  { text, start }: Piece,
  origin: string,
  lineStarts: readonly number[],
): RuleLocator {
  return ruleLocator({
    origin,
    lineStarts,
    map: () => jsonSourceMap(text, start),
    toTextPaths: (path) => [path],
  })
}

/** The objects of a piece: itself, or each element of a list of rules. */
function membersOf(
  value: JsonValue,
  locate: () => RuleLocator,
): readonly { readonly wire: JsonValue; readonly locate: () => RuleLocator }[] {
  if (!Array.isArray(value)) return [{ wire: value, locate }]
  const whole = locate()
  return value.map((wire: JsonValue, i) => ({ wire, locate: () => below(whole, i) }))
}

function below(locate: RuleLocator, step: number): RuleLocator {
  return {
    origin: locate.origin,
    keySpan: (path) => locate.keySpan([step, ...path]),
    valueSpan: (path) => locate.valueSpan([step, ...path]),
    insideText: (path, offset) => locate.insideText([step, ...path], offset),
    position: (offset) => locate.position(offset),
  }
}

type Kind = 'rule' | 'item' | 'list' | 'summary' | 'other'

function kindOf(wire: JsonObject): Kind {
  if (Object.hasOwn(wire, 'risk_score') || Object.hasOwn(wire, 'rule_id')) return 'rule'
  if (Object.hasOwn(wire, 'item_id')) return 'item'
  if (Object.hasOwn(wire, 'list_id')) return 'list'
  if (Object.keys(wire).some((key) => /^exported_(rules_)?count$/.test(key))) return 'summary'
  if (Object.hasOwn(wire, 'attributes')) return 'other'
  return 'rule'
}

function writeNdjson(file: RuleFile): RuleFileText {
  const { rules, exceptions, exceptionLists, others } = file
  const lines: readonly JsonObject[] = [
    ...rules.map(ruleToWire),
    ...exceptionLists.map(exceptionListToWire),
    ...exceptions.map(exceptionItemToWire),
    ...others,
    {
      exported_count: rules.length + exceptionLists.length + exceptions.length + others.length,
      exported_rules_count: rules.length,
      missing_rules: [],
      missing_rules_count: 0,
      exported_exception_list_count: exceptionLists.length,
      exported_exception_list_item_count: exceptions.length,
      missing_exception_list_item_count: 0,
      missing_exception_list_items: [],
      missing_exception_lists: [],
      missing_exception_lists_count: 0,
    },
  ]
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  return { text, diagnostics: rules.flatMap(sectionsLeftOut) }
}

function sectionsLeftOut(rule: Rule): readonly Diagnostic[] {
  if (rule.sections === undefined) return []
  const tables = Object.keys(rule.sections).map((name) => `[${name}]`)
  return [
    {
      code: 'rule.sections-left-out',
      severity: 'warning',
      message: `NDJSON has no place for what stands beside the rule ${rule.name}: ${tables.join(', ')}`,
      help: 'write a TOML file to keep it',
      span: { start: 0, end: 0 },
    },
  ]
}
