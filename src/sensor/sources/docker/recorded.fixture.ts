import { readFileSync } from 'node:fs'
import type { JsonValue } from '#base'

/** The text of a file recorded from a real Docker Engine 20.10 and runc 1.1 (long lists shortened). */
export function recordedText(name: string): string {
  return readFileSync(new URL(`./recorded/${name}`, import.meta.url), 'utf8')
}

/** Like {@link recordedText}, as JSON. */
export function recorded(name: string): JsonValue {
  return JSON.parse(recordedText(name)) as JsonValue
}
