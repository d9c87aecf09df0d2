import type { JsonObject } from '#base'
import { wrongAt } from '../read/members.ts'

/** Reads `interval` and `offset` of buckets of numbers, and gives the start of the bucket that a number is in. */
export function readNumberRounding(
  { interval, offset = 0 }: JsonObject,
  at: string,
): { readonly interval: number; startOf(number: number): number } {
  if (typeof interval !== 'number' || !(interval > 0)) {
    throw wrongAt(`${at}.interval`, 'must be a number above 0')
  }
  if (typeof offset !== 'number') throw wrongAt(`${at}.offset`, 'must be a number')
  return {
    interval,
    startOf: (number) => Math.floor((number - offset) / interval) * interval + offset,
  }
}
