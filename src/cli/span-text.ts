const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** How long something is, in the two largest units that say something: `1h 12m`. */
export function spanText(ms: number): string {
  const first = units.findIndex(([, unitMs]) => ms >= unitMs)
  if (first < 0) return `${Math.round(ms)}ms`
  let left = ms
  const parts: string[] = []
  for (const [name, unitMs] of units.slice(first, first + 2)) {
    const count = Math.floor(left / unitMs)
    left -= count * unitMs
    if (count > 0) parts.push(`${count}${name}`)
  }
  return parts.join(' ')
}
