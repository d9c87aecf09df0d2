import { isJsonObject, nearestWord, type JsonObject, type JsonValue } from '#base'
import { pathText, type MemberPath, type WireProblem } from './member-path.ts'

/** Receives each problem as it is found. */
export type Report = (problem: WireProblem) => void

/** Limits of a whole number, both included. */
interface IntegerLimits {
  readonly min: number
  readonly max?: number
}

/**
 * Reads the members of one JSON object by name, reporting what is missing or of the wrong kind and
 * going on. `null` counts as not written. Members that nobody asked for are left in `rest()`.
 */
export interface WireReader {
  readonly path: MemberPath
  /** Reports a member that is not written. */
  requires(key: string): boolean
  has(key: string): boolean
  /** A string; `filled` refuses the empty one. */
  text(key: string, options?: { readonly filled?: boolean }): string | undefined
  /** An array of strings; `min` items at least. */
  texts(
    key: string,
    options?: { readonly min?: number; readonly max?: number },
  ): readonly string[] | undefined
  integer(key: string, limits: IntegerLimits): number | undefined
  flag(key: string): boolean | undefined
  choice<Choice extends string>(key: string, choices: readonly Choice[]): Choice | undefined
  object(key: string): WireReader | undefined
  objects(key: string): readonly WireReader[] | undefined
  /** Any value, as it is. */
  json(key: string): JsonValue | undefined
  /** An array of any values. */
  jsons(key: string): readonly JsonValue[] | undefined
  /** An array of objects, as they are. */
  jsonObjects(key: string): readonly JsonObject[] | undefined
  jsonObject(key: string): JsonObject | undefined
  /** Reports something about a member's name. */
  reportKey(key: string, problem: Omit<WireProblem, 'path' | 'at'>): void
  /** Reports something about a member's value. */
  reportValue(key: string, problem: Omit<WireProblem, 'path' | 'at'>): void
  /** The members that were never asked for, in their order. */
  rest(): JsonObject
}

/** A {@link WireReader} over `object`, which stands at `path`. */
export function wireReader(object: JsonObject, path: MemberPath, report: Report): WireReader {
  const taken = new Set<string>()

  const value = (key: string): JsonValue | undefined => {
    taken.add(key)
    const found = Object.hasOwn(object, key) ? object[key] : undefined
    return found === null ? undefined : found
  }
  const wrong = (at: MemberPath, code: string, found: JsonValue, right: string): undefined => {
    const message = `${pathText(at)} is ${shown(found)}; it must be ${right}`
    report({ code, severity: 'error', path: at, at: 'value', message })
    return undefined
  }
  const array = (key: string, of: string): readonly JsonValue[] | undefined => {
    const found = value(key)
    if (found === undefined || Array.isArray(found)) return found
    return wrong([...path, key], 'rule.wrong-type', found, `a list of ${of}`)
  }
  const objectsOf = (key: string): readonly JsonObject[] | undefined =>
    array(key, 'objects')?.flatMap((item, i) => {
      if (isJsonObject(item)) return [item]
      wrong([...path, key, i], 'rule.wrong-type', item, 'an object')
      return [{}]
    })
  const objectOf = (key: string): JsonObject | undefined => {
    const found = value(key)
    if (found === undefined || isJsonObject(found)) return found
    return wrong([...path, key], 'rule.wrong-type', found, 'an object')
  }

  return {
    path,
    has: (key) => value(key) !== undefined,
    requires(key) {
      if (value(key) !== undefined) return true
      const near = nearestWord(
        key,
        Object.keys(object).filter((name) => !taken.has(name)),
      )
      report({
        code: 'rule.member-missing',
        severity: 'error',
        path: [...path, key],
        at: 'key',
        message: `${pathText([...path, key])} is missing`,
        ...(near === undefined ? {} : { help: `is [${near}] a misspelling of [${key}]?` }),
      })
      return false
    },
    text(key, { filled = false } = {}) {
      const found = value(key)
      if (found === undefined) return undefined
      if (typeof found !== 'string')
        return wrong([...path, key], 'rule.wrong-type', found, 'a text')
      if (filled && found.trim() === '') {
        return wrong([...path, key], 'rule.empty', found, 'a text of at least one character')
      }
      return found
    },
    texts(key, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}) {
      const found = array(key, 'texts')
      if (found === undefined) return undefined
      if (found.length < min || found.length > max) {
        const count = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `${min} to ${max}`
        return wrong([...path, key], 'rule.wrong-count', found, `a list of ${count} texts`)
      }
      return found.map((item, i) => {
        if (typeof item === 'string') return item
        wrong([...path, key, i], 'rule.wrong-type', item, 'a text')
        return ''
      })
    },
    integer(key, { min, max = Number.MAX_SAFE_INTEGER }) {
      const found = value(key)
      if (found === undefined) return undefined
      const range =
        max === Number.MAX_SAFE_INTEGER
          ? `a whole number, ${min} or more`
          : `a whole number from ${min} to ${max}`
      if (typeof found !== 'number' || !Number.isInteger(found)) {
        return wrong([...path, key], 'rule.wrong-type', found, range)
      }
      if (found < min || found > max) {
        return wrong([...path, key], 'rule.out-of-range', found, range)
      }
      return found
    },
    flag(key) {
      const found = value(key)
      if (found === undefined || typeof found === 'boolean') return found
      return wrong([...path, key], 'rule.wrong-type', found, 'true or false')
    },
    choice(key, choices) {
      const found = value(key)
      if (found === undefined) return undefined
      const choice = choices.find((known) => known === found)
      if (choice !== undefined) return choice
      const near = typeof found === 'string' ? nearestWord(found.toLowerCase(), choices) : undefined
      report({
        code: 'rule.not-a-choice',
        severity: 'error',
        path: [...path, key],
        at: 'value',
        message: `${pathText([...path, key])} is ${shown(found)}; it must be ${alternatives(choices)}`,
        ...(near === undefined ? {} : { help: `did you mean ${near}?` }),
      })
      return undefined
    },
    object(key) {
      const found = objectOf(key)
      return found === undefined ? undefined : wireReader(found, [...path, key], report)
    },
    objects: (key) => objectsOf(key)?.map((item, i) => wireReader(item, [...path, key, i], report)),
    json: value,
    jsons: (key) => array(key, 'values'),
    jsonObjects: objectsOf,
    jsonObject: objectOf,
    reportKey: (key, problem) => report({ ...problem, path: [...path, key], at: 'key' }),
    reportValue: (key, problem) => report({ ...problem, path: [...path, key], at: 'value' }),
    rest: () => Object.fromEntries(Object.entries(object).filter(([key]) => !taken.has(key))),
  }
}

/** `a`, `a or b`, `a, b or c`. */
export function alternatives(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
}

/** A value as a message shows it: JSON, cut short. */
export function shown(value: JsonValue): string {
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  if (isJsonObject(value)) return 'an object'
  const text = JSON.stringify(value)
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`
}
