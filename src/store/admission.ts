import { isJsonObject, messageOf, type JsonObject, type JsonValue } from '#base'
import { indexNameProblem, type EventSource } from '#event'
import type { NewEvent, WrittenNewEvent } from './event-store.ts'
import { maxEventBytes, maxEventDepth, maxIdBytes } from './limits.ts'

/** An event that may be kept, with its JSON text in UTF-8; or why it may not, in a sentence for its sender. */
export type Admission =
  | { readonly kind: 'admitted'; readonly json: Uint8Array }
  | { readonly kind: 'refused'; readonly reason: string }

/** Judges one event by its name, its id, its depth and its size; every backend refuses the same ones. */
export function admit(event: NewEvent | WrittenNewEvent): Admission {
  const reason =
    knownIndexProblem(event.index) ?? (event.id === undefined ? undefined : idProblem(event.id))
  if (reason !== undefined) return { kind: 'refused', reason }
  return 'written' in event ? admitJson(event.written.json) : admitParsed(event.source)
}

function admitParsed(source: EventSource): Admission {
  const text = textOf(source)
  const mayBeDeep = typeof text !== 'string' || opensMoreThan(text, maxEventDepth)
  if (mayBeDeep && nestsDeeperThan(source, maxEventDepth)) {
    return refused(`the event nests deeper than ${maxEventDepth} levels`)
  }
  if (typeof text !== 'string') return refused(`the event is not JSON: ${text.problem}`)
  return admitJson(encoder.encode(text))
}

function admitJson(json: Uint8Array): Admission {
  if (json.length <= maxEventBytes) return { kind: 'admitted', json }
  return refused(
    `the event is ${json.length} bytes long; ${maxEventBytes} is the most one event may have`,
  )
}

const indexProblems = new Map<string, string | undefined>()

/** Most events go to a few indices, and judging a name costs more than parsing it would. */
function knownIndexProblem(index: string): string | undefined {
  if (indexProblems.has(index)) return indexProblems.get(index)
  if (indexProblems.size >= 1_000) indexProblems.clear()
  const problem = indexNameProblem(index)
  indexProblems.set(index, problem)
  return problem
}

function refused(reason: string): Admission {
  return { kind: 'refused', reason }
}

/** Why a text cannot be the id of an event or a document; undefined where it can. */
export function idProblem(id: string): string | undefined {
  if (id === '') return 'an id must not be empty'
  if (!id.isWellFormed()) return 'the id is not well-formed Unicode'
  if (id.length * 3 > maxIdBytes && byteLength(id) > maxIdBytes) {
    return `the id is ${byteLength(id)} bytes long; ${maxIdBytes} is the most an id may have`
  }
  return undefined
}

/** Whether a text has more brackets than levels are allowed: only then must its depth be looked at. */
function opensMoreThan(text: string, levels: number): boolean {
  let count = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (++count > levels) return true
    }
  }
  return false
}

function nestsDeeperThan(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) return value.some((element) => nestsDeeperThan(element, levels - 1))
  return isJsonObject(value) && membersNestDeeperThan(value, levels - 1)
}

function membersNestDeeperThan(value: JsonObject, levels: number): boolean {
  for (const key in value) {
    if (nestsDeeperThan(value[key] ?? null, levels)) return true
  }
  return false
}

function textOf(source: EventSource): string | { readonly problem: string } {
  try {
    return JSON.stringify(source)
  } catch (thrown) {
    return { problem: messageOf(thrown) }
  }
}

const encoder = new TextEncoder()

function byteLength(text: string): number {
  return encoder.encode(text).length
}
