import type { RuleFileReading } from './format.ts'
import { ruleFormatOf } from './formats.ts'
import { firstInvalidUtf8 } from './formats/utf8.ts'
import type { FileDiagnostic } from './wire/member-path.ts'

/** Larger files are refused unread: an export of ten thousand rules has about 75 MiB. */
export const maxRuleFileBytes = 128 * 1024 * 1024

/**
 * The rules of a file, whatever its format, and everything that is wrong with it. Never throws for what
 * the file says: a rule that cannot be used is told and left out, and the others are read.
 */
export function readRules(bytes: Uint8Array, { path }: { readonly path: string }): RuleFileReading {
  if (bytes.length > maxRuleFileBytes) {
    const mebibytes = Math.ceil(bytes.length / (1024 * 1024))
    const message = `the file is ${mebibytes} MiB large; a file of rules may have ${maxRuleFileBytes / (1024 * 1024)} MiB`
    return refused({ code: 'rule.file-too-large', message, help: 'split the export', path })
  }
  const invalidAt = firstInvalidUtf8(bytes)
  if (invalidAt >= 0) return refused(notUtf8(bytes, invalidAt, path))
  // The decoder leaves out a byte order mark; CR before LF is white space to both formats.
  const text = new TextDecoder().decode(bytes)
  if (text.trim() === '') {
    return refused({
      code: 'rule.file-empty',
      message: 'the file holds no rule: it is empty',
      path,
    })
  }
  return withoutRepeatedIds(ruleFormatOf(path, text).read(text, { path }))
}

interface Refusal {
  readonly code: string
  readonly message: string
  readonly path: string
  readonly help?: string
  readonly offset?: number
  readonly line?: number
  readonly column?: number
}

function refused({ path, offset = 0, line = 1, column = 1, ...said }: Refusal): RuleFileReading {
  const span = { start: offset, end: offset }
  const diagnostic: FileDiagnostic = {
    ...said,
    severity: 'error',
    origin: path,
    span,
    line,
    column,
  }
  return {
    rules: [],
    locators: [],
    exceptions: [],
    exceptionLists: [],
    others: [],
    diagnostics: [diagnostic],
  }
}

function notUtf8(bytes: Uint8Array, invalidAt: number, path: string): Refusal {
  const before = new TextDecoder().decode(bytes.subarray(0, invalidAt))
  const lines = before.split('\n')
  const isUtf16 = bytes.length > 1 && (bytes[0] ?? 0) + (bytes[1] ?? 0) === 0xff + 0xfe
  const found = (bytes[invalidAt] ?? 0).toString(16).padStart(2, '0')
  return {
    code: 'rule.not-utf8',
    message: `the file is not UTF-8: byte ${invalidAt + 1} is 0x${found}, which does not belong there`,
    help: isUtf16
      ? 'it begins as UTF-16 does: save it as UTF-8'
      : 'save it as UTF-8, or replace what stands there',
    path,
    offset: before.length,
    line: lines.length,
    column: (lines.at(-1) ?? '').length + 1,
  }
}

/** Two rules of one file with one id would overwrite each other: the first stands, the others are told. */
function withoutRepeatedIds(reading: RuleFileReading): RuleFileReading {
  const seen = new Map<string, string>()
  const kept: number[] = []
  const repeated: FileDiagnostic[] = []
  for (const [i, rule] of reading.rules.entries()) {
    const first = seen.get(rule.ruleId)
    const locate = reading.locators[i]
    if (first === undefined || locate === undefined) {
      seen.set(rule.ruleId, rule.name)
      kept.push(i)
      continue
    }
    const span = locate.valueSpan(['rule_id'])
    const message = `rule_id ${rule.ruleId} of "${rule.name}" is already the id of "${first}" in this file; this rule is left out`
    const place = { origin: locate.origin, span, ...locate.position(span.start) }
    repeated.push({ code: 'rule.repeated-id', severity: 'error', message, ...place })
  }
  if (repeated.length === 0) return reading
  return {
    ...reading,
    rules: kept.flatMap((i) => reading.rules[i] ?? []),
    locators: kept.flatMap((i) => reading.locators[i] ?? []),
    diagnostics: [...reading.diagnostics, ...repeated].toSorted(
      (a, b) => a.span.start - b.span.start,
    ),
  }
}
