import { parse, TomlDate, TomlError } from 'smol-toml'
import { Fault, isJsonObject, messageOf, type JsonObject, type JsonValue } from '#base'
import type { RuleFile, RuleFileReading, RuleFileText, RuleFormat } from '../../format.ts'
import { ruleFromWire, ruleToWire } from '../../rule-codec.ts'
import type { Rule } from '../../rule.ts'
import {
  pathText,
  placed,
  type FileDiagnostic,
  type MemberPath,
  type RuleLocator,
} from '../../wire/member-path.ts'
import { isTooDeep, maxDepth } from '../json-limits.ts'
import { ruleLocator, startsOfLines } from '../source-map.ts'
import { newTermsFromTable, newTermsPaths, newTermsToTable } from './new-terms-table.ts'
import { tomlSourceMap } from './toml-source-map.ts'
import { writeToml } from './toml-writer.ts'

/** One rule a file: `[rule]` with the rule, `[metadata]` and other tables beside it. */
export const elasticToml: RuleFormat = {
  id: 'elastic-toml',
  title: 'Elastic detection rule (TOML)',
  extensions: ['.toml'],
  holdsMany: false,
  read: readToml,
  write: writeRule,
}

function readToml(text: string, { path }: { readonly path: string }): RuleFileReading {
  let parsed: unknown
  try {
    parsed = parse(text, { integersAsBigInt: 'asNeeded', maxDepth })
  } catch (thrown) {
    return nothing([syntaxDiagnostic(thrown, text, path)])
  }
  if (isTooDeep(parsed)) {
    const message = `the file nests deeper than ${maxDepth} levels, which no rule does`
    return nothing([atTheTop('rule.too-deep', message, path)])
  }
  const locate = ruleLocator({
    origin: path,
    lineStarts: startsOfLines(text),
    map: () => tomlSourceMap(text),
    toTextPaths: (member) => [...newTermsPaths(member), ['rule', ...member]],
  })
  const unusable: FileDiagnostic[] = []
  const document = toJson(parsed, [], (at, found) => unusable.push(unsayable(at, found, locate)))
  const { rule: wire, ...sections } = isJsonObject(document) ? document : {}
  if (wire === undefined) {
    const help = 'an Elastic rule file says everything about its rule below a line [rule]'
    const missing = atTheTop('rule.no-rule-table', 'the file has no [rule] table', path)
    return nothing([...unusable, { ...missing, help }])
  }
  const { rule, diagnostics } = ruleFromWire(newTermsFromTable(wire), { locate })
  if (rule === undefined || unusable.length > 0) return nothing([...unusable, ...diagnostics])
  return {
    ...nothing(diagnostics),
    rules: [Object.keys(sections).length === 0 ? rule : { ...rule, sections }],
    locators: [locate],
  }
}

function atTheTop(code: string, message: string, origin: string): FileDiagnostic {
  const span = { start: 0, end: 0 }
  return { code, severity: 'error', message, origin, span, line: 1, column: 1 }
}

function unsayable(at: MemberPath, found: string, locate: RuleLocator): FileDiagnostic {
  return placed(
    {
      code: 'rule.unusable-value',
      severity: 'error',
      path: at[0] === 'rule' ? at.slice(1) : [],
      at: 'value',
      message: `${pathText(at)} is ${found}, which no rule can say`,
    },
    locate,
  )
}

function nothing(diagnostics: readonly FileDiagnostic[]): RuleFileReading {
  return { rules: [], exceptions: [], exceptionLists: [], others: [], locators: [], diagnostics }
}

function syntaxDiagnostic(thrown: unknown, text: string, path: string): FileDiagnostic {
  const isPlaced = thrown instanceof TomlError
  const { line, column } = isPlaced ? thrown : { line: 1, column: 1 }
  const start = (startsOfLines(text)[line - 1] ?? 0) + column - 1
  const reason = (messageOf(thrown).split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '')
  return {
    code: 'rule.toml-syntax',
    severity: 'error',
    message: `the file is not TOML: ${reason}`,
    origin: path,
    span: { start, end: start },
    line,
    column,
  }
}

/** TOML's values as JSON's: dates become their text; what JSON cannot hold is told. */
function toJson(
  value: unknown,
  path: MemberPath,
  report: (path: MemberPath, found: string) => void,
): JsonValue {
  if (value instanceof TomlDate) return value.toISOString()
  if (Array.isArray(value)) return value.map((item, i) => toJson(item, [...path, i], report))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, toJson(inner, [...path, key], report)]),
    )
  }
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  report(path, String(value))
  return null
}

function writeRule({ rules, exceptions, exceptionLists }: RuleFile): RuleFileText {
  const [rule, ...others] = rules
  if (rule === undefined || others.length > 0) {
    throw new Fault(
      'invalid',
      'rule.one-rule-a-file',
      `write an Elastic TOML file: it holds exactly one rule, and there are ${rules.length}; write one file a rule, or an NDJSON file`,
    )
  }
  const { text, nulls } = writeToml({ ...rule.sections, rule: newTermsToTable(tersely(rule)) })
  const span = { start: 0, end: 0 }
  const diagnostics = nulls.map((path) => ({
    code: 'rule.null-left-out',
    severity: 'warning' as const,
    message: `${pathText(path)} is null, which TOML cannot say; it is left out`,
    span,
  }))
  if (exceptions.length + exceptionLists.length === 0) return { text, diagnostics }
  const left = {
    code: 'rule.exceptions-left-out',
    severity: 'warning' as const,
    message: `Elastic TOML holds no exceptions: ${exceptionLists.length} lists and ${exceptions.length} items are left out`,
    help: 'write an NDJSON file to keep them',
    span,
  }
  return { text, diagnostics: [left, ...diagnostics] }
}

/** The wire form without members that say only what reading supplies anyway. */
function tersely(rule: Rule): JsonObject {
  const { enabled, version, ...wire } = ruleToWire(rule)
  const kept = Object.entries(wire).filter(
    ([key, value]) =>
      Object.hasOwn(rule.unknown, key) ||
      !silentWhenEmpty.has(key) ||
      (value !== '' && !(Array.isArray(value) && value.length === 0)),
  )
  return {
    ...Object.fromEntries(kept),
    ...(enabled === true ? { enabled } : {}),
    ...(version === 1 || version === undefined ? {} : { version }),
  }
}

const silentWhenEmpty: ReadonlySet<string> = new Set([
  'actions',
  'author',
  'exceptions_list',
  'false_positives',
  'filters',
  'output_index',
  'references',
  'related_integrations',
  'required_fields',
  'risk_score_mapping',
  'setup',
  'severity_mapping',
  'tags',
  'threat',
])
