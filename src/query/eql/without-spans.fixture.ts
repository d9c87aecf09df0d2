/** The same tree with every `span` gone, to compare what two texts say wherever it stands. */
export function withoutSpans(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(withoutSpans)
  if (typeof tree !== 'object' || tree === null) return tree
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, part]) =>
      key === 'span' ? [] : [[key, withoutSpans(part)]],
    ),
  )
}
