import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { MemberPath } from '../../wire/member-path.ts'
import { tomlString } from './toml-string.ts'

/** A TOML text, and the paths of the `null`s that TOML has no word for, which it leaves out. */
export interface TomlText {
  readonly text: string
  readonly nulls: readonly MemberPath[]
}

/** Writes an object as TOML: plain members first, then a table for each object, in the order given. */
export function writeToml(root: JsonObject): TomlText {
  const nulls: MemberPath[] = []
  const kept = withoutNulls(root, [], nulls)
  const blocks: string[] = []
  if (isJsonObject(kept)) writeTable(kept, [], '', blocks)
  return { text: `${blocks.join('\n\n')}\n`, nulls }
}

function withoutNulls(value: JsonValue, path: MemberPath, nulls: MemberPath[]): JsonValue {
  const isKept = (inner: JsonValue, step: string | number): boolean => {
    if (inner !== null) return true
    nulls.push([...path, step])
    return false
  }
  if (Array.isArray(value)) {
    return value.flatMap((item: JsonValue, i) =>
      isKept(item, i) ? [withoutNulls(item, [...path, i], nulls)] : [],
    )
  }
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => isKept(inner, key))
      .map(([key, inner]) => [key, withoutNulls(inner, [...path, key], nulls)]),
  )
}

function writeTable(
  table: JsonObject,
  path: readonly string[],
  header: string,
  blocks: string[],
): void {
  const entries = Object.entries(table)
  const plain = entries.filter(([, value]) => !isJsonObject(value) && !isTableArray(value))
  const lines = plain.map(([key, value]) => `${tomlKey(key)} = ${inlineToml(value)}`)
  const onlyTables = entries.length > 0 && plain.length === 0
  if (header.startsWith('[[') || (header !== '' && !onlyTables)) lines.unshift(header)
  if (lines.length > 0) blocks.push(lines.join('\n'))
  for (const [key, value] of entries) {
    const name = [...path, key]
    const dotted = name.map(tomlKey).join('.')
    if (isTableArray(value)) {
      for (const item of value) writeTable(item, name, `[[${dotted}]]`, blocks)
    } else if (isJsonObject(value)) writeTable(value, name, `[${dotted}]`, blocks)
  }
}

function isTableArray(value: JsonValue): value is readonly JsonObject[] {
  return Array.isArray(value) && value.length > 0 && value.every(isJsonObject)
}

function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlBasicKey(key)
}

function tomlBasicKey(key: string): string {
  const text = tomlString(key.replaceAll('\n', '\u0000'))
  return text.replaceAll('\\u0000', '\\n')
}

const lineWidth = 100

function inlineToml(value: JsonValue, indent = ''): string {
  if (typeof value === 'string') return tomlString(value)
  if (Array.isArray(value)) {
    const inner = `${indent}  `
    const items = value.map((item: JsonValue) => inlineToml(item, inner))
    const line = `[${items.join(', ')}]`
    if (indent.length + line.length <= lineWidth && !line.includes('\n')) return line
    return `[\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}]`
  }
  if (!isJsonObject(value)) return tomlNumber(value)
  const members = Object.entries(value).map(
    ([key, inner]) => `${tomlKey(key)} = ${inlineToml(inner, indent)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

/** Whole numbers beyond 2^53 and exponents need a form that TOML reads back as the same number. */
function tomlNumber(value: JsonValue): string {
  if (typeof value !== 'number') return String(value)
  if (Object.is(value, -0)) return '-0.0'
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return value.toExponential()
  return String(value).replace('e+', 'e')
}
