/** Which sides changed a stretch of lines. `both` made the same change; `conflict` made different ones. */
export type HunkKind = 'same' | 'yours' | 'new' | 'both' | 'conflict'

/** A stretch of lines as three texts have it. In `same` and `both` two or all three are equal. */
export interface Hunk {
  readonly kind: HunkKind
  readonly base: readonly string[]
  readonly yours: readonly string[]
  readonly new: readonly string[]
}

/** Longer stretches of lines are not compared line by line: they count as changed whole. */
const maxCells = 4_000_000

/**
 * What two texts made of a third, line by line, in order. Takes time and memory by the product of the
 * lengths of the changed stretches, and says `changed whole` beyond a bound.
 */
export function threeWayDiff(base: string, yours: string, next: string): readonly Hunk[] {
  const [old, mine, theirs] = [base, yours, next].map((text) => text.split('\n'))
  if (old === undefined || mine === undefined || theirs === undefined) return []
  const inMine = matchesOf(old, mine)
  const inTheirs = matchesOf(old, theirs)
  const hunks: Hunk[] = []
  let [o, m, t] = [0, 0, 0]
  const add = (toO: number, toM: number, toT: number): void => {
    const hunk = {
      base: old.slice(o, toO),
      yours: mine.slice(m, toM),
      new: theirs.slice(t, toT),
    }
    if (hunk.base.length + hunk.yours.length + hunk.new.length > 0) {
      hunks.push({ kind: kindOf(hunk), ...hunk })
    }
    ;[o, m, t] = [toO, toM, toT]
  }
  while (o < old.length) {
    let at = o
    while (at < old.length && inMine[at] === m + at - o && inTheirs[at] === t + at - o) at++
    if (at > o) {
      add(at, m + at - o, t + at - o)
      continue
    }
    // Both sides keep every line at their next common one, so what lies before it is one change.
    while (at < old.length && (inMine[at] === undefined || inTheirs[at] === undefined)) at++
    add(at, inMine[at] ?? mine.length, inTheirs[at] ?? theirs.length)
  }
  add(old.length, mine.length, theirs.length)
  return hunks
}

function kindOf({ base, yours, new: next }: Omit<Hunk, 'kind'>): HunkKind {
  const [byYou, byThem] = [!sameLines(base, yours), !sameLines(base, next)]
  if (!byYou && !byThem) return 'same'
  if (byYou && byThem) return sameLines(yours, next) ? 'both' : 'conflict'
  return byYou ? 'yours' : 'new'
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, at) => line === b[at])
}

/** For each line of `a` its place in `b` in a longest common run of lines; undefined where it has none. */
function matchesOf(a: readonly string[], b: readonly string[]): readonly (number | undefined)[] {
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  const room = Math.min(a.length, b.length) - head
  while (tail < room && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const shift = b.length - a.length
  const middle = commonLines(a.slice(head, a.length - tail), b.slice(head, b.length - tail))
  return a.map((_, at) => {
    if (at < head) return at
    if (at >= a.length - tail) return at + shift
    const found = middle[at - head]
    return found === undefined ? undefined : found + head
  })
}

function commonLines(a: readonly string[], b: readonly string[]): readonly (number | undefined)[] {
  const width = b.length + 1
  if ((a.length + 1) * width > maxCells) return a.map(() => undefined)
  const lengths = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const both = a[i] === b[j] ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1 : 0
      const either = Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0)
      lengths[i * width + j] = Math.max(both, either)
    }
  }
  const matches: (number | undefined)[] = a.map(() => undefined)
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      matches[i++] = j++
      continue
    }
    const below = lengths[(i + 1) * width + j] ?? 0
    if (below >= (lengths[i * width + j + 1] ?? 0)) i++
    else j++
  }
  return matches
}
