/** The closed set of ways in which the world refuses; each maps to one HTTP and `_bulk` status. */
export type FaultKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'rate-limited'
  | 'timeout'
  | 'unavailable'
  | 'internal'

/**
 * An operation that the world refused: thrown, never returned.
 * The message says what we were doing, to which thing, what we met, and what to do where we know.
 */
export class Fault extends Error {
  override readonly name = 'Fault'
  /** Stable and readable, `room.what`: `store.locked`. */
  readonly code: string
  readonly kind: FaultKind

  constructor(
    kind: FaultKind,
    code: string,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
    this.kind = kind
    this.code = code
  }
}

/** The message of anything that was thrown, without its stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Marks code that no value can reach; TypeScript refuses the call while a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}

/** Fails loudly where our own reasoning was wrong. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`)
}
