import type { Parameters, Values } from '#base'
import type { Host, Need } from './host.ts'

/** What can be done to a host, or asked of it: one folder of `actions/`. Stateless. */
export interface Action {
  /** `container-stop` */
  readonly id: string
  readonly title: string
  /** What it is done to. */
  readonly on: 'container' | 'process' | 'file' | 'host'
  /** It only looks. */
  readonly changesNothing: boolean
  /** Who may give it. */
  readonly permission: 'respond' | 'manage'
  readonly need: Need
  readonly parameters: Parameters
  /** What comes of it, in a sentence or two. */
  readonly effect: string
  /** How it is taken back; empty: it cannot be, or there is nothing to take back. */
  readonly undo: string
  /** Longest time that it may run. */
  readonly timeoutMs: number
  /** What it is done to, in words: `container 3f9a1c0d2b4e`. */
  target(values: Values): string
  /** Says what it would do to what is there now, and does nothing. Faults as {@link Action.run}. */
  preview(values: Values, context: ActionContext): Promise<Outcome>
  /** Does it. Faults: `not-found` where the target is gone, `forbidden`, `conflict`, `unavailable`. */
  run(values: Values, context: ActionContext): Promise<Outcome>
}

/** What an action works with. */
export interface ActionContext {
  readonly host: Host
  readonly nowMs: () => number
  /** Aborts when the time is over. */
  readonly signal: AbortSignal
}

/** What came of an action. */
export interface Outcome {
  /** One line, for lists and the audit log: `stopped web-1, exit code 137`. */
  readonly summary: string
  readonly parts: readonly OutputPart[]
}

/** One piece of output. */
export interface OutputPart {
  readonly name: string
  readonly text: string
  readonly encoding: 'text' | 'base64'
  /** There was more than is kept. */
  readonly isCut: boolean
}

/** Bytes kept of a part of output. */
export const maxPartBytes = 256 * 1024

/** A part of plain text, cut where it is too long. */
export function textPart(name: string, text: string, isCut = false): OutputPart {
  const isLong = Buffer.byteLength(text) > maxPartBytes
  const kept = isLong ? Buffer.from(text).subarray(0, maxPartBytes).toString('utf8') : text
  return { name, text: kept, encoding: 'text', isCut: isCut || isLong }
}

/** An outcome without output. */
export function said(summary: string): Outcome {
  return { summary, parts: [] }
}
