import {
  hasErrors,
  isJsonObject,
  orderedDiagnostics,
  parseDate,
  type Diagnostic,
  type JsonObject,
  type JsonValue,
} from '#base'
import {
  valueListTypes,
  type ExceptionEntry,
  type ExceptionItem,
  type ExceptionList,
} from './exception-list.ts'
import {
  placed,
  type FileDiagnostic,
  type RuleLocator,
  type WireProblem,
} from './wire/member-path.ts'
import { present } from './wire/present.ts'
import { extrasOf } from './wire/unknown-members.ts'
import { shown, wireReader, type WireReader } from './wire/wire-reader.ts'

/** Something read from its wire form; no value when anything in it is an error. */
export interface Reading<Value, Said extends Diagnostic = Diagnostic> {
  readonly value?: Value
  /** Everything that is wrong or doubtful. */
  readonly diagnostics: readonly Said[]
}

/** An exception item from Kibana's wire form. Members that say nothing about matching are kept. */
export function exceptionItemFromWire(
  wire: JsonValue,
  locate: RuleLocator,
): Reading<ExceptionItem, FileDiagnostic>
export function exceptionItemFromWire(wire: JsonValue): Reading<ExceptionItem>
export function exceptionItemFromWire(
  wire: JsonValue,
  locate?: RuleLocator,
): Reading<ExceptionItem> {
  return readingOf(wire, locate, readItem)
}

/** The head of an exception list from Kibana's wire form. */
export function exceptionListFromWire(
  wire: JsonValue,
  locate: RuleLocator,
): Reading<ExceptionList, FileDiagnostic>
export function exceptionListFromWire(wire: JsonValue): Reading<ExceptionList>
export function exceptionListFromWire(
  wire: JsonValue,
  locate?: RuleLocator,
): Reading<ExceptionList> {
  return readingOf(wire, locate, readList)
}

function readingOf<Value>(
  wire: JsonValue,
  locate: RuleLocator | undefined,
  read: (reader: WireReader) => Value,
): Reading<Value> {
  const problems: WireProblem[] = []
  const reader = wireReader(isJsonObject(wire) ? wire : {}, [], (each) => problems.push(each))
  const value = read(reader)
  if (!isJsonObject(wire)) {
    const message = `an exception is an object; this is ${shown(wire)}`
    problems.unshift({
      code: 'rule.not-an-object',
      severity: 'error',
      path: [],
      at: 'value',
      message,
    })
  }
  const diagnostics = orderedDiagnostics(problems.map((each) => placed(each, locate)))
  return hasErrors(diagnostics) ? { diagnostics } : { value, diagnostics }
}

function readItem(reader: WireReader): ExceptionItem {
  for (const key of ['item_id', 'list_id', 'name', 'entries']) reader.requires(key)
  const item = {
    itemId: reader.text('item_id', { filled: true }) ?? '',
    listId: reader.text('list_id', { filled: true }) ?? '',
    name: reader.text('name', { filled: true }) ?? '',
    entries: readEntries(reader, false),
    osTypes: readOsTypes(reader),
    ...present({ expireTime: readExpireTime(reader) }),
  }
  return { ...item, unknown: reader.rest() }
}

function readOsTypes(reader: WireReader): ExceptionItem['osTypes'] {
  const choices = ['linux', 'macos', 'windows'] as const
  return (reader.texts('os_types') ?? []).flatMap((text) => {
    const os = choices.find((choice) => choice === text)
    if (os === undefined) {
      reader.reportValue('os_types', {
        code: 'rule.not-a-choice',
        severity: 'error',
        message: `os_types has ${shown(text)}; it may have linux, macos and windows`,
      })
    }
    return os ?? []
  })
}

function readExpireTime(reader: WireReader): string | undefined {
  const text = reader.text('expire_time')
  if (text === undefined || parseDate(text) !== undefined) return text
  reader.reportValue('expire_time', {
    code: 'rule.not-a-date',
    severity: 'error',
    message: `expire_time is ${shown(text)}; it must be a date such as 2030-01-31T00:00:00Z`,
  })
  return undefined
}

function readEntries(reader: WireReader, isNested: boolean): readonly ExceptionEntry[] {
  const entries = reader.objects('entries')
  if (entries?.length === 0) {
    reader.reportValue('entries', {
      code: 'rule.empty',
      severity: 'error',
      message: 'entries is empty; an item without entries would except every event',
    })
  }
  return (entries ?? []).flatMap((entry) => readEntry(entry, isNested) ?? [])
}

const entryTypes = ['match', 'match_any', 'exists', 'wildcard', 'list', 'nested'] as const

function readEntry(reader: WireReader, isNested: boolean): ExceptionEntry | undefined {
  for (const key of ['field', 'type']) reader.requires(key)
  const field = reader.text('field', { filled: true }) ?? ''
  const type = reader.choice('type', isNested ? entryTypes.slice(0, 4) : entryTypes)
  if (type === undefined) return undefined
  const entry = type === 'nested' ? readNested(reader, field) : readPlain(reader, type, field)
  extrasOf(reader, ['field', 'type', 'operator', 'value', 'list', 'entries'])
  return entry
}

function readNested(reader: WireReader, field: string): ExceptionEntry {
  reader.requires('entries')
  return { type: 'nested', field, entries: readEntries(reader, true) }
}

function readPlain(
  reader: WireReader,
  type: Exclude<(typeof entryTypes)[number], 'nested'>,
  field: string,
): ExceptionEntry {
  reader.requires('operator')
  const operator = reader.choice('operator', ['included', 'excluded']) ?? 'included'
  if (type === 'exists') return { type, field, operator }
  if (type === 'list') {
    reader.requires('list')
    const list = reader.object('list')
    for (const key of ['id', 'type']) list?.requires(key)
    const id = list?.text('id', { filled: true }) ?? ''
    const listType = list?.choice('type', valueListTypes) ?? 'keyword'
    return { type, field, operator, list: { id, type: listType } }
  }
  reader.requires('value')
  if (type === 'match_any') {
    return { type, field, operator, value: reader.texts('value', { min: 1 }) ?? [] }
  }
  return { type, field, operator, value: reader.text('value') ?? '' }
}

/** The wire form of an exception item. */
export function exceptionItemToWire(item: ExceptionItem): JsonObject {
  return {
    description: item.name,
    type: 'simple',
    namespace_type: 'single',
    ...item.unknown,
    ...present({ expire_time: item.expireTime }),
    item_id: item.itemId,
    list_id: item.listId,
    name: item.name,
    os_types: item.osTypes,
    entries: item.entries.map(entryToWire),
  }
}

function entryToWire(entry: ExceptionEntry): JsonObject {
  return entry.type === 'nested'
    ? { ...entry, entries: entry.entries.map(entryToWire) }
    : { ...entry }
}

function readList(reader: WireReader): ExceptionList {
  for (const key of ['list_id', 'name', 'type']) reader.requires(key)
  return {
    listId: reader.text('list_id', { filled: true }) ?? '',
    name: reader.text('name', { filled: true }) ?? '',
    type: reader.text('type', { filled: true }) ?? '',
    namespaceType: reader.choice('namespace_type', ['single', 'agnostic']) ?? 'single',
    unknown: reader.rest(),
  }
}

/** The wire form of the head of an exception list. */
export function exceptionListToWire(list: ExceptionList): JsonObject {
  return {
    ...list.unknown,
    list_id: list.listId,
    name: list.name,
    type: list.type,
    namespace_type: list.namespaceType,
  }
}
