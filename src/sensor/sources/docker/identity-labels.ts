const maxLabels = 100
const maxLabelLength = 1024

/** Labels cut to at most 100 of 1024 characters each, and how many were left out. */
export function boundedLabels(all: { readonly [name: string]: string }): {
  readonly labels: { readonly [name: string]: string }
  readonly labelsDropped: number | undefined
} {
  const names = Object.keys(all)
  const labels: { [name: string]: string } = Object.create(null)
  for (const name of names.slice(0, maxLabels)) {
    if (name.length > maxLabelLength) continue
    labels[name] = (all[name] ?? '').slice(0, maxLabelLength)
  }
  const dropped = names.length - Object.keys(labels).length
  return { labels, labelsDropped: dropped > 0 ? dropped : undefined }
}
