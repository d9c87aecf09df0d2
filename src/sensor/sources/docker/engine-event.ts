import type { JsonValue } from '#base'
import { textAt } from './json-path.ts'

/** What an engine says happened to a container. */
export type EngineDeed = 'create' | 'start' | 'exec_create' | 'exec_start' | 'die' | 'destroy'

/** One event of an engine's stream, reduced to what is needed to look closer. */
export interface EngineEvent {
  readonly deed: EngineDeed
  readonly containerId: string
  /** Epoch nanoseconds. */
  readonly atNs: bigint
  readonly execId: string | undefined
  readonly name: string | undefined
  readonly image: string | undefined
  readonly exitCode: number | undefined
  /** Command of an exec, blanks between its words, as the engine writes it. */
  readonly command: string | undefined
}

// podman's names for the same things.
const deeds: { readonly [action: string]: EngineDeed } = {
  create: 'create',
  start: 'start',
  exec_create: 'exec_create',
  exec_start: 'exec_start',
  exec: 'exec_start',
  die: 'die',
  died: 'die',
  destroy: 'destroy',
  remove: 'destroy',
}

/** Reads one line of the stream: an event, `other` for one that is of no interest, undefined for what is no event. */
export function parseEngineEvent(line: string): EngineEvent | 'other' | undefined {
  const message = parseLine(line)
  if (message === undefined) return undefined
  if ((textAt(message, 'Type') ?? 'container') !== 'container') return 'other'
  const action = textAt(message, 'Action') ?? textAt(message, 'status')
  const containerId = textAt(message, 'Actor', 'ID') ?? textAt(message, 'id')
  const atNs = timeOf(line)
  if (action === undefined || containerId === undefined || atNs === undefined) return undefined
  const colon = action.indexOf(':')
  const word = colon < 0 ? action : action.slice(0, colon)
  const deed = Object.hasOwn(deeds, word) ? deeds[word] : undefined
  if (deed === undefined) return 'other'
  const about = (name: string) => textAt(message, 'Actor', 'Attributes', name)
  const exitCode = Number(about('exitCode') ?? about('containerExitCode') ?? Number.NaN)
  return {
    deed,
    containerId,
    atNs,
    execId: about('execID'),
    name: about('name'),
    image: about('image') ?? textAt(message, 'from'),
    exitCode: Number.isInteger(exitCode) ? exitCode : undefined,
    command: colon < 0 ? undefined : action.slice(colon + 1).trim(),
  }
}

/** Names one event: the same event read twice has the same key. */
export function eventKey({ deed, containerId, atNs, execId }: EngineEvent): string {
  return `${containerId}|${deed}|${execId ?? ''}|${atNs}`
}

function parseLine(line: string): JsonValue | undefined {
  try {
    return JSON.parse(line) as JsonValue
  } catch {
    // Undefined is counted by the caller as a line that did not decode.
    return undefined
  }
}

// A JSON number cannot hold nanoseconds of our days exactly, so the digits are taken from the text. Labels
// are the only foreign keys in a message, and their values are strings, never digits.
function timeOf(line: string): bigint | undefined {
  const ns = /"timeNano":\s*(\d{1,20})/.exec(line)?.[1]
  if (ns !== undefined) return BigInt(ns)
  const seconds = /"time":\s*(\d{1,12})/.exec(line)?.[1]
  return seconds === undefined ? undefined : BigInt(seconds) * 1_000_000_000n
}
