import type { FieldValue } from '#event'
import type { ValuePredicate } from './predicate-book.ts'
import { pieceLength, tellingTexts, textBegin, textEnd } from './telling-texts.ts'

/** Which of many predicates of one column a value satisfies. */
export type ValueLookup = (value: FieldValue) => readonly ValuePredicate[]

/**
 * Compiles predicates of one column into one look-up: whole texts are found in a table, patterns by a piece
 * of three characters of which each has one, and only what is found so is tried. Time: that of the value's
 * length, and of the predicates that neither texts nor pieces tell apart.
 */
export function compileLookup(predicates: readonly ValuePredicate[]): ValueLookup {
  const byText = new Map<string, number[]>()
  const grouped: { readonly place: number; readonly pieces: readonly string[] }[] = []
  const untold: number[] = []
  for (const [place, { leaves, column }] of predicates.entries()) {
    const telling = leaves.map((leaf) => tellingTexts(leaf, column.mapping))
    const told = telling.filter((texts) => texts !== undefined)
    if (told.length < telling.length || told.length === 0) {
      untold.push(place)
      continue
    }
    for (const { whole, groups } of told) {
      for (const text of whole) pushTo(byText, text, place)
      for (const pieces of groups) grouped.push({ place, pieces })
    }
  }
  const pieces = pieceTable(grouped)
  /** For each predicate the turn in which it was last tried. */
  const triedIn = new Float64Array(predicates.length)
  let turn = 0

  return (value) => {
    if (typeof value !== 'string') return predicates.filter((predicate) => predicate.test(value))
    const text = value.toLowerCase()
    let satisfied: ValuePredicate[] | undefined
    turn++
    const tryAt = (places: readonly number[]): void => {
      for (const place of places) {
        const predicate = predicates[place]
        if (predicate === undefined || triedIn[place] === turn) continue
        triedIn[place] = turn
        if (predicate.test(value)) (satisfied ??= []).push(predicate)
      }
    }
    tryAt(untold)
    tryAt(byText.get(text) ?? nowhere)
    pieces?.(text, tryAt)
    return satisfied ?? nothing
  }
}

const nothing: readonly ValuePredicate[] = []
const nowhere: readonly number[] = []

/** Calls back with what each piece of a text leads to that was chosen from some group. */
type PieceTable = (text: string, found: (places: readonly number[]) => void) => void

/** A bit for each hash of a piece: nearly every position of a text is passed over by it alone. */
const tableSize = 1 << 14

function pieceTable(
  grouped: readonly { readonly place: number; readonly pieces: readonly string[] }[],
): PieceTable | undefined {
  if (grouped.length === 0) return undefined
  const counts = new Map<number, number>()
  const codes = grouped.map(({ pieces }) => pieces.flatMap(codesOf))
  for (const code of codes.flat()) counts.set(code, (counts.get(code) ?? 0) + 1)
  const mayHold = new Uint8Array(tableSize)
  const byCode = new Map<number, number[]>()
  for (const [at, { place }] of grouped.entries()) {
    const rarest = codes[at]?.reduce((best, code) =>
      (counts.get(code) ?? 0) < (counts.get(best) ?? 0) ? code : best,
    )
    if (rarest === undefined) continue
    mayHold[slotOf(rarest)] = 1
    pushTo(byCode, rarest, place)
  }
  const marks = pieceLength - 1
  return (text, found) => {
    let code = withCharacter(withCharacter(0, textBegins), textBegins)
    for (let at = 0; at < text.length + marks; at++) {
      code = withCharacter(code, at < text.length ? text.charCodeAt(at) : textEnds)
      if (mayHold[slotOf(code)] === 0) continue
      const places = byCode.get(code)
      if (places !== undefined) found(places)
    }
  }
}

/** The number of a piece that goes on with a character. */
function withCharacter(code: number, character: number): number {
  return ((code << 7) | (character & 0x7f)) & 0x1fffff
}

const textBegins = textBegin.charCodeAt(0)
const textEnds = textEnd.charCodeAt(0)

/** The number of each piece of three characters of a text of ASCII. */
function codesOf(text: string): readonly number[] {
  const codes: number[] = []
  for (let at = 0; at + pieceLength <= text.length; at++) {
    let code = 0
    for (let next = at; next < at + pieceLength; next++) {
      code = withCharacter(code, text.charCodeAt(next))
    }
    codes.push(code)
  }
  return codes
}

function slotOf(code: number): number {
  return (code ^ (code >>> 7)) & (tableSize - 1)
}

function pushTo<Key>(map: Map<Key, number[]>, key: Key, place: number): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [place])
  else if (known.at(-1) !== place) known.push(place)
}
