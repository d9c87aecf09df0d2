/**
 * Text that is safe to show on a terminal or in a log: control, bidirectional and other invisible
 * characters become `\u{…}` escapes, so that a hostile command line cannot move the cursor or reorder
 * what is read. Tabs and line breaks become `\t`, `\n`, `\r`.
 */
export function visibleText(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g,
    (character) => escapes[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}

const escapes: { readonly [character: string]: string } = { '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** The entry nearest to `word` by edit distance, if it is near enough to be a slip of the pen. */
export function nearestWord(word: string, words: Iterable<string>): string | undefined {
  let best: string | undefined
  // More than three slips are another word, however long it is; the low limit also ends most comparisons early.
  let bestDistance = Math.min(3, Math.max(1, Math.floor(word.length / 3))) + 1
  for (const candidate of words) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue
    const distance = editDistance(word, candidate, bestDistance)
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

/** Damerau-Levenshtein (optimal string alignment), given up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let cost = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      }
      row.push(cost)
    }
    if (Math.min(...row) >= limit) return limit
    ;[before, above] = [above, row]
  }
  return above[b.length] ?? limit
}
