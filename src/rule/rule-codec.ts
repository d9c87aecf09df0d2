import {
  hasErrors,
  isJsonObject,
  nearestWord,
  orderedDiagnostics,
  uuidOf,
  type Diagnostic,
  type JsonObject,
  type JsonValue,
} from '#base'
import type { InstalledRule, Rule, RuleParams } from './rule.ts'
import { envelopeMembers, envelopeToWire, readEnvelope } from './wire/envelope.ts'
import {
  placed,
  type FileDiagnostic,
  type RuleLocator,
  type WireProblem,
} from './wire/member-path.ts'
import {
  paramsToWire,
  readParams,
  ruleTypeNames,
  typeMembers,
  type RuleTypeName,
} from './wire/params.ts'
import { reportUnknown } from './wire/unknown-members.ts'
import { alternatives, shown, wireReader, type WireReader } from './wire/wire-reader.ts'

/** Members that an installation adds to a rule; they are no part of the rule itself. */
export const installationMembers: readonly string[] = [
  'id',
  'immutable',
  'rule_source',
  'revision',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
  'execution_summary',
]

/** A rule read from its wire form; no rule when something in it is an error. */
export interface RuleReading<Said extends Diagnostic = Diagnostic> {
  readonly rule?: Rule
  /** Everything that is wrong or doubtful, in the order of the text. */
  readonly diagnostics: readonly Said[]
}

/** How to read a wire form. */
export interface RuleReadingOptions {
  /** Where its members stand, if it came from a file. */
  readonly locate?: RuleLocator
  /** The id of a rule that says none; otherwise it is made from the rule's name, with a warning. */
  readonly defaultRuleId?: string
}

/**
 * The rule of a wire form (snake_case members, as Kibana's API and exports have them), with defaults.
 * Unknown members are kept in `unknown` with a warning; members that an installation adds are kept
 * there without one. Without a locator a diagnostic's `origin` is the member's path.
 */
export function ruleFromWire(
  wire: JsonValue,
  options: RuleReadingOptions & { readonly locate: RuleLocator },
): RuleReading<FileDiagnostic>
export function ruleFromWire(wire: JsonValue, options?: RuleReadingOptions): RuleReading
export function ruleFromWire(wire: JsonValue, options: RuleReadingOptions = {}): RuleReading {
  const problems: WireProblem[] = []
  const rule = readRule(wire, options, (problem) => problems.push(problem))
  const diagnostics = orderedDiagnostics(problems.map((each) => placed(each, options.locate)))
  return rule === undefined || hasErrors(problems.map((each) => placed(each, undefined)))
    ? { diagnostics }
    : { rule, diagnostics }
}

function readRule(
  wire: JsonValue,
  options: RuleReadingOptions,
  report: (problem: WireProblem) => void,
): Rule | undefined {
  if (!isJsonObject(wire)) {
    const message = `a rule is an object; this is ${shown(wire)}`
    report({ code: 'rule.not-an-object', severity: 'error', path: [], at: 'value', message })
    return undefined
  }
  const reader = wireReader(wire, [], report)
  const type = readType(reader)
  const envelope = readEnvelope(reader)
  const ruleId = readRuleId(reader, envelope.name, options.defaultRuleId)
  if (type === undefined) return undefined
  const params = readParams(reader, type)
  return { ruleId, ...envelope, params, unknown: unknownMembers(reader, params) }
}

function readType(reader: WireReader): RuleTypeName | undefined {
  if (!reader.requires('type')) return undefined
  const found = reader.text('type')
  const type = ruleTypeNames.find((name) => name === found)
  if (found === undefined || type !== undefined) return type
  const near = nearestWord(found, ruleTypeNames)
  reader.reportValue('type', {
    code: 'rule.unknown-type',
    severity: 'error',
    message: `rule type ${shown(found)} is not known; the types are ${alternatives(ruleTypeNames)}`,
    ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
  })
  return undefined
}

function readRuleId(reader: WireReader, name: string, defaultRuleId: string | undefined): string {
  const ruleId = reader.text('rule_id', { filled: true })
  if (ruleId !== undefined) return ruleId
  if (defaultRuleId !== undefined) return defaultRuleId
  const made = uuidOf('rule', name)
  if (!reader.has('rule_id')) {
    reader.reportKey('rule_id', {
      code: 'rule.no-rule-id',
      severity: 'warning',
      message: `the rule has no rule_id; ${made}, made from its name, stands for it`,
      help: 'write a rule_id of its own, so that renaming the rule does not make it another one',
    })
  }
  return made
}

function unknownMembers(reader: WireReader, params: RuleParams): JsonObject {
  const rest = reader.rest()
  const known = [...envelopeMembers, ...typeMembers[params.type]]
  for (const key of Object.keys(rest)) {
    if (installationMembers.includes(key)) continue
    const owners = ruleTypeNames.filter((type) => typeMembers[type].includes(key))
    if (owners.length === 0) {
      reportUnknown(reader, key, known)
      continue
    }
    reader.reportKey(key, {
      code: 'rule.member-of-another-type',
      severity: 'warning',
      message: `[${key}] says something in rules of type ${alternatives(owners)} only; this rule is of type ${params.type}, so it is kept and does nothing`,
    })
  }
  return rest
}

/** The wire form of a rule: every member with its value, unknown ones as they came. */
export function ruleToWire(rule: Rule): JsonObject {
  return { ...rule.unknown, ...envelopeToWire(rule), ...paramsToWire(rule.params) }
}

/** The wire form of a rule as this installation holds it; also its stored form. */
export function installedRuleToWire(installed: InstalledRule): JsonObject {
  const { rule } = installed
  return {
    ...ruleToWire(rule),
    id: installed.uuid,
    immutable: installed.immutable,
    revision: installed.revision,
    created_at: installed.createdAt,
    created_by: installed.createdBy,
    updated_at: installed.updatedAt,
    updated_by: installed.updatedBy,
    ...(rule.sections === undefined ? {} : { file_sections: rule.sections }),
  }
}

/** The reverse of {@link installedRuleToWire}, for stored rules: undefined where it is none. */
export function installedRuleFromWire(wire: JsonValue): InstalledRule | undefined {
  if (!isJsonObject(wire)) return undefined
  const { file_sections: sections, ...rest } = wire
  const { rule } = ruleFromWire(rest)
  const reader = wireReader(rest, [], () => undefined)
  const uuid = reader.text('id', { filled: true })
  const createdAt = reader.text('created_at')
  const updatedAt = reader.text('updated_at')
  if (rule === undefined || uuid === undefined) return undefined
  if (createdAt === undefined || updatedAt === undefined) return undefined
  return {
    uuid,
    rule: {
      ...rule,
      unknown: withoutInstallation(rule.unknown),
      ...(isJsonObject(sections) ? { sections } : {}),
    },
    revision: reader.integer('revision', { min: 0 }) ?? 0,
    immutable: reader.flag('immutable') ?? false,
    createdAt,
    createdBy: reader.text('created_by') ?? '',
    updatedAt,
    updatedBy: reader.text('updated_by') ?? '',
  }
}

/** A rule's unknown members without those that the installation it came from had added. */
export function withoutInstallation(unknown: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(unknown).filter(([key]) => !installationMembers.includes(key)),
  )
}
