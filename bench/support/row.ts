/** What a bench measured, for one line of JSON. */
export interface Row {
  readonly row: string
  /** The bar of `bench/bars.ts` that `value` answers. */
  readonly bar?: string
  readonly value?: number
  readonly [name: string]: unknown
}

/** Prints a row; what the process has taken of memory at most goes with it. */
export function sayRow(row: Row): void {
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(JSON.stringify({ ...row, peakMiB }))
}

/** The value below which a part of some values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = Math.min(sorted.length - 1, Math.floor(part * sorted.length))
  return rounded(sorted[at] ?? Number.NaN)
}

/** A number with so many digits behind the point that three of them count. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
