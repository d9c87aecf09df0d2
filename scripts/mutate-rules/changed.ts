/** Something with one change, and what was changed in words. */
export interface Changed<Part> {
  readonly change: string
  readonly part: Part
}

/** The same changes, seen from what the changed part stands in. */
export function lifted<Part, Whole>(
  changes: readonly Changed<Part>[],
  into: (part: Part) => Whole,
): readonly Changed<Whole>[] {
  return changes.map(({ change, part }) => ({ change, part: into(part) }))
}

/** The list with one of its parts changed, for every change of every part. */
export function eachChanged<Part>(
  parts: readonly Part[],
  changesOf: (part: Part) => readonly Changed<Part>[],
): readonly Changed<readonly Part[]>[] {
  return parts.flatMap((part, at) => lifted(changesOf(part), (changed) => parts.with(at, changed)))
}
