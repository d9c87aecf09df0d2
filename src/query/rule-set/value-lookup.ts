import type { FieldValue } from '#event'
import type { ValuePredicate } from './predicate-book.ts'
import { pieceLength, tellingTexts } from './telling-texts.ts'

/** Which of many predicates of one column a value satisfies. */
export type ValueLookup = (value: FieldValue) => readonly ValuePredicate[]

/**
 * Compiles predicates of one column into one look-up: whole texts are found in a table, patterns by a piece
 * of three characters of which each has one, and only what is found so is tried. Time: that of the value's
 * length, and of the predicates that neither texts nor pieces tell apart.
 */
export function compileLookup(predicates: readonly ValuePredicate[]): ValueLookup {
  const byText = new Map<string, ValuePredicate[]>()
  const grouped: { readonly predicate: ValuePredicate; readonly pieces: readonly string[] }[] = []
  const untold: ValuePredicate[] = []
  for (const predicate of predicates) {
    const { mapping } = predicate.column
    const telling = predicate.leaves.map((leaf) => tellingTexts(leaf, mapping))
    const told = telling.filter((texts) => texts !== undefined)
    if (told.length < telling.length || told.length === 0) {
      untold.push(predicate)
      continue
    }
    for (const { whole, groups } of told) {
      for (const text of whole) pushTo(byText, text, predicate)
      for (const pieces of groups) grouped.push({ predicate, pieces })
    }
  }
  const pieces = pieceTable(grouped)
  const found = new Set<ValuePredicate>()

  return (value) => {
    if (typeof value !== 'string') return predicates.filter((predicate) => predicate.test(value))
    const text = value.toLowerCase()
    found.clear()
    for (const predicate of untold) found.add(predicate)
    for (const predicate of byText.get(text) ?? nothing) found.add(predicate)
    pieces?.collect(text, found)
    if (found.size === 0) return nothing
    const satisfied: ValuePredicate[] = []
    for (const predicate of found) if (predicate.test(value)) satisfied.push(predicate)
    return satisfied
  }
}

const nothing: readonly ValuePredicate[] = []

interface PieceTable {
  /** Adds each predicate of which the text holds the chosen piece. */
  collect(text: string, found: Set<ValuePredicate>): void
}

/** A bit for each hash of a piece: nearly every position of a text is passed over by it alone. */
const tableSize = 1 << 14

function pieceTable(
  grouped: readonly { readonly predicate: ValuePredicate; readonly pieces: readonly string[] }[],
): PieceTable | undefined {
  if (grouped.length === 0) return undefined
  const counts = new Map<number, number>()
  const codes = grouped.map(({ pieces }) => pieces.flatMap(codesOf))
  for (const code of codes.flat()) counts.set(code, (counts.get(code) ?? 0) + 1)
  const mayHold = new Uint8Array(tableSize)
  const byCode = new Map<number, ValuePredicate[]>()
  for (const [at, { predicate }] of grouped.entries()) {
    const rarest = codes[at]?.reduce((best, code) =>
      (counts.get(code) ?? 0) < (counts.get(best) ?? 0) ? code : best,
    )
    if (rarest === undefined) continue
    mayHold[slotOf(rarest)] = 1
    pushTo(byCode, rarest, predicate)
  }
  return {
    collect(text, found) {
      let code = 0
      for (let at = 0; at < text.length; at++) {
        code = ((code << 7) | (text.charCodeAt(at) & 0x7f)) & 0x1fffff
        if (at < pieceLength - 1 || mayHold[slotOf(code)] === 0) continue
        const predicates = byCode.get(code)
        if (predicates !== undefined) for (const predicate of predicates) found.add(predicate)
      }
    },
  }
}

/** The number of each piece of three characters of a text of ASCII. */
function codesOf(text: string): readonly number[] {
  const codes: number[] = []
  for (let at = 0; at + pieceLength <= text.length; at++) {
    codes.push(
      (text.charCodeAt(at) << 14) | (text.charCodeAt(at + 1) << 7) | text.charCodeAt(at + 2),
    )
  }
  return codes
}

function slotOf(code: number): number {
  return (code ^ (code >>> 7)) & (tableSize - 1)
}

function pushTo<Key>(map: Map<Key, ValuePredicate[]>, key: Key, predicate: ValuePredicate): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [predicate])
  else if (known.at(-1) !== predicate) known.push(predicate)
}
