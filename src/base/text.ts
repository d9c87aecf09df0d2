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

/** The letters A to Z in lower case, every other character as it is: what Lucene compares where case is nothing. */
export function lowerCaseAscii(text: string): string {
  // What is ASCII alone, as most is, needs no look at each letter.
  // eslint-disable-next-line no-control-regex
  if (/^[\u0000-\u007f]*$/.test(text)) return text.toLowerCase()
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** The entry nearest to `word` by edit distance, if it is near enough to be a slip of the pen. */
export function nearestWord(word: string, words: Iterable<string>): string | undefined {
  return nearestAmong(words)(word)
}

/** The same for many words that are looked for among the same entries, which are looked through once. */
export function nearestAmong(words: Iterable<string>): (word: string) => string | undefined {
  const candidates = [...words]
  const lettersOfEach = Int32Array.from(candidates, lettersOf)
  return (word) => {
    let best: string | undefined
    // More than three slips are another word, however long it is; the low limit also ends most comparisons early.
    let bestDistance = Math.min(3, Math.max(1, Math.floor(word.length / 3))) + 1
    const letters = lettersOf(word)
    const pieces = piecesOf(word, 2 * bestDistance - 1)
    for (let at = 0; at < candidates.length; at++) {
      const candidate = candidates[at] ?? ''
      if (Math.abs(candidate.length - word.length) >= bestDistance) continue
      const others = lettersOfEach[at] ?? 0
      // Each letter that only one of them has takes an edit; most words of a catalogue end here.
      if (bitsOf(letters & ~others) >= bestDistance || bitsOf(others & ~letters) >= bestDistance) {
        continue
      }
      if (!pieces.some((piece) => candidate.includes(piece))) continue
      const distance = editDistance(word, candidate, bestDistance)
      if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
    }
    return best
  }
}

/** Equal pieces of a word. An edit spoils two of them at most, so that of more than twice as many one is left whole. */
function piecesOf(word: string, count: number): readonly string[] {
  const length = Math.floor(word.length / count)
  return Array.from({ length: count }, (_, at) => word.slice(at * length, (at + 1) * length))
}

/** A bit for each letter that occurs; different characters may share one. */
function lettersOf(word: string): number {
  let bits = 0
  for (let i = 0; i < word.length; i++) bits |= 1 << (word.charCodeAt(i) & 31)
  return bits
}

function bitsOf(bits: number): number {
  let count = 0
  for (let left = bits; left !== 0; left &= left - 1) count++
  return count
}

/**
 * Damerau-Levenshtein (optimal string alignment), given up at `limit`. Only the cells less than `limit` away
 * from the diagonal are worked out: every path through another costs at least that much.
 */
function editDistance(a: string, b: string, limit: number): number {
  const width = b.length + 1
  let before = new Uint16Array(width)
  let above = Uint16Array.from({ length: width }, (_, j) => j)
  let row = new Uint16Array(width)
  for (let i = 1; i <= a.length; i++) {
    const first = Math.max(1, i - limit + 1)
    const last = Math.min(b.length, i + limit - 1)
    const x = a.charCodeAt(i - 1)
    row[first - 1] = first === 1 ? i : limit
    let least = row[first - 1] ?? limit
    for (let j = first; j <= last; j++) {
      const y = b.charCodeAt(j - 1)
      const fromAbove = j === i + limit - 1 ? limit : (above[j] ?? 0)
      let cost = (above[j - 1] ?? 0) + (x === y ? 0 : 1)
      cost = Math.min(cost, fromAbove + 1, (row[j - 1] ?? 0) + 1)
      if (i > 1 && j > 1 && x === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === y) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      }
      row[j] = cost
      if (cost < least) least = cost
    }
    if (least >= limit) return limit
    ;[before, above, row] = [above, row, before]
  }
  return Math.min(limit, above[b.length] ?? limit)
}
