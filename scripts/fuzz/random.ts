/** Whole numbers below a limit, the same for the same seed. Not for secrets. */
export type Draw = (below: number) => number

/** Draws by a 32-bit linear congruence with its output mixed; a limit is at most 2^31. */
export function seededDraw(seed: number): Draw {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d)
    mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
    return ((mixed ^ (mixed >>> 15)) >>> 0) % below
  }
}

/** One of a list; the list must not be empty. */
export function oneOf<T>(draw: Draw, list: readonly T[]): T {
  const found = list[draw(list.length)]
  if (found === undefined) throw new RangeError('nothing to draw from')
  return found
}
