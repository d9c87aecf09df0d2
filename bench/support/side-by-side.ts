import { rounded } from './row.ts'

/** One side of a comparison: does the work of a round and resolves to the milliseconds that count. */
export type Side = (round: number) => Promise<number>

/** What came of a comparison; every list has an entry a round. */
export interface Comparison {
  readonly oursMs: readonly number[]
  readonly yardstickMs: readonly number[]
  /** Median over the rounds of ours / yardstick, in time. */
  readonly timeRatio: number
  /** Median over the rounds of ours / yardstick, in rate. */
  readonly rateRatio: number
}

/** Lets both sides do the same work in turn, whoever was second being first in the next round. */
export async function sideBySide(
  rounds: number,
  { ours, yardstick }: { readonly ours: Side; readonly yardstick: Side },
): Promise<Comparison> {
  const oursMs: number[] = []
  const yardstickMs: number[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) oursMs.push(await ours(round))
    yardstickMs.push(await yardstick(round))
    if (round % 2 === 1) oursMs.push(await ours(round))
  }
  const ratios = oursMs.map((ms, round) => ms / (yardstickMs[round] ?? Number.NaN))
  return {
    oursMs: oursMs.map(rounded),
    yardstickMs: yardstickMs.map(rounded),
    timeRatio: rounded(median(ratios)),
    rateRatio: rounded(median(ratios.map((ratio) => 1 / ratio))),
  }
}

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** How long some work takes, milliseconds. */
export async function timed(work: () => unknown): Promise<number> {
  const startMs = performance.now()
  await work()
  return performance.now() - startMs
}
