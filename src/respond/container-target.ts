import {
  isJsonObject,
  textIn,
  type JsonObject,
  type JsonValue,
  type Parameters,
  type Values,
} from '#base'
import type { Action } from './action.ts'

/** The container that an action is about. */
export const containerParameters: Parameters = {
  container: {
    kind: 'text',
    title: 'Container',
    help: 'its id, at least 12 digits',
    required: true,
    maxLength: 64,
    like: { pattern: /^[0-9a-f]{12,64}$/, words: 'an id of 12 to 64 hexadecimal digits' },
  },
}

/** What every action on a container has in common. */
export const onContainer = {
  on: 'container',
  need: 'engine',
  permission: 'respond',
  target: (values: Values) => `container ${textIn(values, 'container').slice(0, 12)}`,
} as const satisfies Partial<Action>

/** A member of an engine's answer that is an object; empty where it is none. */
export function objectIn(value: JsonValue | undefined, name: string): JsonObject {
  const found = isJsonObject(value) ? value[name] : undefined
  return isJsonObject(found) ? found : {}
}

/** A member of an engine's answer as a text; empty where it is none. */
export function memberText(value: JsonValue | undefined, name: string): string {
  const found = isJsonObject(value) ? value[name] : undefined
  return typeof found === 'string' || typeof found === 'number' ? String(found) : ''
}

/** Texts of a list in an engine's answer. */
export function textsIn(value: JsonValue | undefined, name: string): readonly string[] {
  const found: JsonValue | undefined = isJsonObject(value) ? value[name] : undefined
  if (!Array.isArray(found)) return []
  return found.flatMap((each: JsonValue) => (typeof each === 'string' ? [each] : []))
}

/** `running`, `exited`, `paused`, … as the engine calls it. */
export function stateOf(inspected: JsonValue): string {
  return memberText(objectIn(inspected, 'State'), 'Status')
}
