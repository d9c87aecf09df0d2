import { letterEscape, necessaryPieces, type FilterPlan, type PieceClauses } from '#query'
import { installedFields } from '../installed-fields.ts'

/** More are not searched for: reading every line is as fast then. */
const maxTexts = 5
/** Nor where more lines than this share hold one. */
const maxShare = 0.3

/**
 * The texts of which a line must hold one for any of some filters to be about it; undefined where that passes
 * over too little. `sample` is the beginning of what will be read: it says which texts are rare.
 */
export function searchTexts(
  filters: readonly FilterPlan[],
  sample: Uint8Array,
): readonly string[] | undefined {
  if (filters.length === 0 || filters.length > maxTexts) return undefined
  const lines = linesOf(sample)
  if (lines.length === 0) return undefined
  const shareOf = (texts: readonly string[]): number =>
    lines.filter((line) => texts.some((text) => line.includes(text))).length / lines.length
  const chosen = new Set<string>()
  for (const filter of filters) {
    const rarest = rarestClause(necessaryPieces(filter, installedFields()), shareOf)
    if (rarest === undefined) return undefined
    for (const text of rarest) chosen.add(text)
  }
  const texts = [...chosen, letterEscape]
  return chosen.size > maxTexts || shareOf(texts) > maxShare ? undefined : texts
}

/** The sampled lines in lower case, a character a byte; without the last, which may be cut. */
function linesOf(sample: Uint8Array): readonly string[] {
  const text = Buffer.from(sample.buffer, sample.byteOffset, sample.length).toString('latin1')
  return text.toLowerCase().split('\n').slice(0, -1)
}

function rarestClause(
  clauses: PieceClauses,
  shareOf: (texts: readonly string[]) => number,
): readonly string[] | undefined {
  const lowered = clauses
    .filter(({ length }) => length <= maxTexts)
    .map((pieces) => pieces.map((piece) => piece.toLowerCase()))
  return lowered
    .map((texts) => ({ texts, share: shareOf(texts) }))
    .toSorted((a, b) => a.share - b.share || a.texts.length - b.texts.length)[0]?.texts
}
