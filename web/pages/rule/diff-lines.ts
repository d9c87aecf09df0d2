/** A stretch of lines as three texts have it. */
export interface DiffHunk {
  readonly kind: 'same' | 'yours' | 'new' | 'both' | 'conflict'
  readonly base: readonly string[]
  readonly yours: readonly string[]
  readonly new: readonly string[]
}

/** A line of a comparison. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added' | 'offered' | 'skipped'
  readonly text: string
}

/** Lines around a change that are shown with it. */
const around = 3

/** The lines of a comparison in their order; long stretches without change are left out, and counted. */
export function diffLines(hunks: readonly DiffHunk[]): readonly DiffLine[] {
  return hunks.flatMap((hunk, at): readonly DiffLine[] => {
    switch (hunk.kind) {
      case 'same':
        return unchanged(hunk.base, {
          isFirst: at === 0,
          isLast: at === hunks.length - 1,
        })
      case 'yours':
      case 'both':
        return [...lines('removed', hunk.base), ...lines('added', hunk.yours)]
      case 'new':
        return [...lines('same', hunk.yours), ...lines('offered', hunk.new)]
      case 'conflict':
        return [
          ...lines('removed', hunk.base),
          ...lines('added', hunk.yours),
          ...lines('offered', hunk.new),
        ]
    }
  })
}

function lines(kind: DiffLine['kind'], texts: readonly string[]): readonly DiffLine[] {
  return texts.map((text) => ({ kind, text }))
}

function unchanged(
  texts: readonly string[],
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): readonly DiffLine[] {
  const before = isFirst ? 0 : around
  const after = isLast ? 0 : around
  const left = texts.length - before - after
  if (left <= 2) return lines('same', texts)
  return [
    ...lines('same', texts.slice(0, before)),
    { kind: 'skipped', text: `${left} lines are the same` },
    ...lines('same', after === 0 ? [] : texts.slice(-after)),
  ]
}
