import { bytesOf, type AuditRecord } from './record.ts'

/** A command line as EXECVE records tell it. */
export interface CommandArguments {
  readonly args: readonly string[]
  /** How many there were, also where not all were told. */
  readonly count: number
}

const utf8 = new TextDecoder()

/**
 * The arguments of an exec, from one record or several: `a0="x"`, in hex, or in pieces (`a1[0]=… a1[1]=…`).
 * What comes behind a missing one is left out.
 */
export function argumentsOf(records: readonly AuditRecord[]): CommandArguments {
  const pieces = new Map<number, Uint8Array[]>()
  let count = 0
  for (const { fields } of records) {
    for (const [name, value] of fields) {
      if (name === 'argc') count = Math.max(count, /^\d{1,7}$/.test(value) ? Number(value) : 0)
      const index = /^a(\d{1,7})(?:\[\d{1,7}\])?$/.exec(name)?.[1]
      if (index === undefined) continue
      const known = pieces.get(Number(index)) ?? []
      known.push(bytesOf(value) ?? new Uint8Array())
      pieces.set(Number(index), known)
    }
  }
  const args: string[] = []
  for (let index = 0; ; index++) {
    const found = pieces.get(index)
    if (found === undefined) break
    args.push(utf8.decode(joined(found)))
  }
  return { args, count: Math.max(count, args.length) }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
