import { familyOf, type FieldMapping } from '#event'
import { globChunks } from '../match/glob-chunks.ts'
import { wordsOf } from '../match/words.ts'
import type { GlobPart } from '../plan/filter-plan.ts'
import type { ValueLeaf } from './predicate.ts'

/**
 * What a string must be, or hold, to have a chance of satisfying a leaf, both sides in lower case: one of
 * some whole texts, or all pieces of one of some groups. Pieces are of ASCII, which no context changes when
 * a text is put into lower case.
 */
export interface TellingTexts {
  readonly whole: readonly string[]
  readonly groups: readonly (readonly string[])[]
}

/** The shortest piece that is looked for. */
export const pieceLength = 3

/** Stand twice before and behind each text that is looked at, so that a piece can be what it begins or ends with. */
export const textBegin = '\u0001'
export const textEnd = '\u0002'

/** The texts by which a leaf can be told from most values; undefined for one that must be tried. */
export function tellingTexts(
  leaf: ValueLeaf,
  mapping: FieldMapping | undefined,
): TellingTexts | undefined {
  const family = mapping === undefined ? 'keyword' : familyOf(mapping.type)
  if (family === 'text') return inWords(leaf)
  return family === 'keyword' ? inKeyword(leaf) : undefined
}

function inKeyword(leaf: ValueLeaf): TellingTexts | undefined {
  switch (leaf.kind) {
    case 'match':
      return { whole: [lowered(leaf.literal.value)], groups: [] }
    case 'match-any':
      return { whole: leaf.values.map(lowered), groups: [] }
    case 'glob':
      return inGroups([piecesOfWhole(leaf.glob)])
    default:
      return undefined
  }
}

function inWords(leaf: ValueLeaf): TellingTexts | undefined {
  switch (leaf.kind) {
    case 'match': {
      const words = wordsOf(String(leaf.literal.value))
      return inGroups(leaf.literal.quoted ? [words] : words.map((word) => [word]))
    }
    case 'match-any':
      return inGroups(leaf.values.map((value) => wordsOf(String(value))))
    case 'glob':
      return inGroups(
        globChunks(leaf.glob).flatMap((chunk) =>
          chunk.kind === 'glob'
            ? [piecesOf(chunk.glob)]
            : wordsOf(chunk.text).map((word) => [word]),
        ),
      )
    default:
      return undefined
  }
}

function lowered(value: string | number | boolean): string {
  return String(value).toLowerCase()
}

function piecesOf(glob: readonly GlobPart[]): readonly string[] {
  return glob.flatMap((part) => (part.kind === 'literal' ? [lowered(part.text)] : []))
}

/** The pieces of a pattern that a whole text must match: where it begins and ends matters too. */
function piecesOfWhole(glob: readonly GlobPart[]): readonly string[] {
  const last = glob.length - 1
  return glob.flatMap((part, at) => {
    if (part.kind !== 'literal') return []
    const before = at === 0 ? textBegin.repeat(pieceLength - 1) : ''
    const behind = at === last ? textEnd.repeat(pieceLength - 1) : ''
    return [before + lowered(part.text) + behind]
  })
}

function inGroups(groups: readonly (readonly string[])[]): TellingTexts | undefined {
  const usable = groups.map((pieces) => pieces.filter(isPiece))
  // A group without pieces may be met in any value.
  if (usable.some((pieces) => pieces.length === 0)) return undefined
  return { whole: [], groups: usable }
}

function isPiece(text: string): boolean {
  return text.length >= pieceLength && !/[^\u0000-\u007f]/.test(text)
}
