/** A number as exactly as JavaScript can hold it: big integers where a double would round. */
export type ExactNumber = number | bigint

/** The number that a decimal text writes (`7`, `-.5`, `1e3`); undefined for other text. */
export function parseNumber(text: string): ExactNumber | undefined {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return undefined
  const value = Number(text)
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER && text.length <= 40 && /^[+-]?\d+$/.test(text)) {
    return BigInt(text.replace('+', ''))
  }
  return Number.isFinite(value) ? value : undefined
}

/** Below zero, zero or above zero as `a` is less than, equal to or greater than `b`; doubles and big integers compare by value. */
export function compareNumbers(a: ExactNumber, b: ExactNumber): number {
  if (a < b) return -1
  return a > b ? 1 : 0
}
