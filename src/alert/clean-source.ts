import { isJsonObject, parseDate, unreachable, type JsonObject, type JsonValue } from '#base'
import type { FieldCatalogue, FieldType } from '#event'

/**
 * An event's members as an alert may carry them: without `kibana`, `signal` and `threshold_result`,
 * without values that contradict the catalogue's type of their field, without arrays and objects that
 * are empty or become so. Fields that the catalogue does not know stay as they are.
 */
export function cleanSource(source: JsonObject, fields: FieldCatalogue): JsonObject {
  const judge = judgeOf(fields)
  const kept: { [key: string]: JsonValue } = {}
  for (const [key, value] of Object.entries(source)) {
    if (reserved.has(key.split('.')[0] ?? '')) continue
    const clean = cleaned(value, key, judge)
    if (clean !== undefined) kept[key] = clean
  }
  return kept
}

const reserved = new Set(['kibana', 'signal', 'threshold_result'])

interface Judge {
  readonly types: ReadonlyMap<string, FieldType>
  /** Every name that has fields below it. */
  readonly objects: ReadonlySet<string>
}

const judges = new WeakMap<FieldCatalogue, Judge>()

/** What the catalogue says of its own fields, read once; names that it only guesses at are not judged. */
function judgeOf(fields: FieldCatalogue): Judge {
  const known = judges.get(fields)
  if (known !== undefined) return known
  const types = new Map<string, FieldType>()
  const objects = new Set<string>()
  for (const name of fields.names()) {
    const mapping = fields.mappingOf(name)
    if (mapping === undefined || mapping.valuesFrom !== undefined) continue
    types.set(name, mapping.type)
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      objects.add(name.slice(0, dot))
    }
  }
  const judge = { types, objects }
  judges.set(fields, judge)
  return judge
}

/** The value without what contradicts the catalogue; undefined where nothing is left. */
function cleaned(value: JsonValue, path: string, judge: Judge): JsonValue | undefined {
  if (Array.isArray(value)) {
    const kept = value
      .map((element: JsonValue) => cleaned(element, path, judge))
      .filter((element) => element !== undefined)
    return kept.length === 0 ? undefined : kept
  }
  if (!isAllowed(value, path, judge)) return undefined
  if (!isJsonObject(value)) return value
  const kept: { [key: string]: JsonValue } = {}
  for (const [key, member] of Object.entries(value)) {
    const clean = cleaned(member, `${path}.${key}`, judge)
    if (clean !== undefined) kept[key] = clean
  }
  return Object.keys(kept).length === 0 && Object.keys(value).length > 0 ? undefined : kept
}

function isAllowed(value: JsonValue, path: string, judge: Judge): boolean {
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    if (isScalarName(path.slice(0, dot), judge)) return false
  }
  if (judge.objects.has(path)) return isJsonObject(value)
  const type = judge.types.get(path)
  return type === undefined || holds(type, value)
}

function isScalarName(name: string, { types, objects }: Judge): boolean {
  const type = types.get(name)
  return type !== undefined && !objects.has(name) && !structured.has(type)
}

const structured: ReadonlySet<FieldType> = new Set(['object', 'nested', 'flattened', 'geo_point'])

function holds(type: FieldType, value: JsonValue): boolean {
  switch (type) {
    case 'geo_point':
      return true
    case 'object':
    case 'nested':
    case 'flattened':
      return isJsonObject(value)
    case 'ip':
      return typeof value === 'string' && isIp(value)
    case 'date':
    case 'date_nanos':
      return typeof value === 'number' || (typeof value === 'string' && isDate(value))
    case 'boolean':
      return [true, false, 'true', 'false', ''].some((allowed) => allowed === value)
    case 'long':
    case 'integer':
    case 'short':
    case 'byte':
    case 'unsigned_long':
    case 'double':
    case 'float':
    case 'half_float':
    case 'scaled_float':
      return isNumeric(value)
    case 'keyword':
    case 'constant_keyword':
    case 'wildcard':
    case 'text':
    case 'match_only_text':
    case 'version':
    case 'binary':
      return !isJsonObject(value)
    default:
      return unreachable(type)
  }
}

function isIp(text: string): boolean {
  if (!text.includes(':')) {
    return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text)
  }
  return /^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]/`)
}

function isDate(text: string): boolean {
  return parseDate(text) !== undefined
}

function isNumeric(value: JsonValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
}
