import type { Values } from '#base'
import type { OutputPart } from './action.ts'

/** The life of a command, in its order; the last five are ends. */
export const commandStates = [
  'queued',
  'delivered',
  'running',
  'done',
  'failed',
  'timed_out',
  'expired',
  'cancelled',
] as const

/** One of {@link commandStates}. */
export type CommandState = (typeof commandStates)[number]

/** One order to do something to a host, and what became of it. */
export interface Command {
  readonly id: string
  readonly action: string
  readonly values: Values
  /** What it is done to, in words. */
  readonly target: string
  readonly hostId: string
  readonly hostName: string
  readonly isDryRun: boolean
  readonly who: string
  readonly role: string
  readonly why: string
  /** Absent: it answers no alert. */
  readonly alertId?: string
  readonly state: CommandState
  readonly givenMs: number
  readonly expiresMs: number
  readonly begunMs?: number
  readonly endedMs?: number
  /** What came of it, or why nothing did; empty while nothing has. */
  readonly summary: string
  /** SHA-256 of the output, hex; empty where there is none. */
  readonly outputHash: string
}

/** How a command ended. */
export interface CommandEnd {
  readonly state: 'done' | 'failed' | 'timed_out' | 'expired' | 'cancelled'
  readonly summary: string
  readonly parts: readonly OutputPart[]
}

const next: { readonly [state in CommandState]: readonly CommandState[] } = {
  queued: ['delivered', 'expired', 'cancelled', 'failed'],
  delivered: ['queued', 'running', 'failed', 'expired', 'cancelled'],
  running: ['done', 'failed', 'timed_out'],
  done: [],
  failed: [],
  timed_out: [],
  expired: [],
  cancelled: [],
}

/** Whether a command may go from one state to another. */
export function mayFollow(from: CommandState, to: CommandState): boolean {
  return next[from].includes(to)
}

/** Whether nothing more can become of a command. */
export function isOver(state: CommandState): boolean {
  return next[state].length === 0
}
