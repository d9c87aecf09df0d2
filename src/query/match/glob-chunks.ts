import type { GlobPart } from '../plan/filter-plan.ts'

/** A part of a glob between spaces: one with wildcards, or plain words in a row. */
export type GlobChunk =
  | { readonly kind: 'glob'; readonly glob: readonly GlobPart[] }
  | { readonly kind: 'words'; readonly text: string }

/**
 * A glob cut at its spaces, as Elasticsearch reads one that does not go to a keyword field: each chunk with
 * a wildcard stands alone, plain words in a row stay together; a value that satisfies any chunk matches.
 */
export function globChunks(glob: readonly GlobPart[]): readonly GlobChunk[] {
  const pieces = piecesOf(glob)
  const chunks: GlobChunk[] = []
  let words: string[] = []
  const endWords = () => {
    if (words.length > 0) chunks.push({ kind: 'words', text: words.join(' ') })
    words = []
  }
  for (const piece of pieces) {
    const text = piece.map((part) => (part.kind === 'literal' ? part.text : '')).join('')
    if (piece.every((part) => part.kind === 'literal')) {
      if (text !== '') words.push(text)
      continue
    }
    endWords()
    chunks.push({ kind: 'glob', glob: piece })
  }
  endWords()
  return chunks
}

function piecesOf(glob: readonly GlobPart[]): readonly (readonly GlobPart[])[] {
  const pieces: GlobPart[][] = [[]]
  for (const part of glob) {
    if (part.kind !== 'literal') {
      pieces.at(-1)?.push(part)
      continue
    }
    for (const [position, text] of part.text.split(/\s+/).entries()) {
      if (position > 0) pieces.push([])
      if (text !== '') pieces.at(-1)?.push({ kind: 'literal', text })
    }
  }
  return pieces
}
