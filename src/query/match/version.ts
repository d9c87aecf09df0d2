import { compareByCodePoint } from './compare-text.ts'

/** A version cut into what is compared, in that order. */
export interface Version {
  /** `1.2.3`: any number of parts. Empty for what is no version, which comes after all versions. */
  readonly numbers: readonly string[]
  /** `-rc.1`: comes before the version without it. */
  readonly preRelease: readonly string[]
  /** What follows `+`, or all of what is no version. */
  readonly rest: string
}

/** The version that a text writes; a text that is none is a version without numbers. */
export function parseVersion(text: string): Version {
  const [, numbers, preRelease = '', build = ''] =
    /^(\d+(?:\.\d+)*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-.]+))?$/.exec(
      text,
    ) ?? []
  if (numbers === undefined) return { numbers: [], preRelease: [], rest: text }
  const parts = numbers.split('.').map(withoutZeros)
  return {
    numbers: parts,
    preRelease: preRelease === '' ? [] : preRelease.split('.'),
    rest: build,
  }
}

/** Below zero, zero or above zero as `a` comes before, at or after `b`, by the precedence of Semantic Versioning. */
export function compareVersions(a: Version, b: Version): number {
  if (a.numbers.length === 0 || b.numbers.length === 0) {
    const order = Number(a.numbers.length === 0) - Number(b.numbers.length === 0)
    return order || compareByCodePoint(a.rest, b.rest)
  }
  return (
    compareLists(a.numbers, b.numbers, compareDigits) ||
    Number(a.preRelease.length === 0) - Number(b.preRelease.length === 0) ||
    compareLists(a.preRelease, b.preRelease, compareParts) ||
    compareByCodePoint(a.rest, b.rest)
  )
}

function compareLists(
  a: readonly string[],
  b: readonly string[],
  compare: (a: string, b: string) => number,
): number {
  for (const [place, part] of a.entries()) {
    const other = b[place]
    const order = other === undefined ? 1 : compare(part, other)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** Of any length: as texts, the longer is the larger. */
function compareDigits(a: string, b: string): number {
  return a.length - b.length || compareByCodePoint(a, b)
}

/** Numbers come before words. */
function compareParts(a: string, b: string): number {
  const [isNumberA, isNumberB] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (isNumberA && isNumberB) return compareDigits(withoutZeros(a), withoutZeros(b))
  return Number(isNumberB) - Number(isNumberA) || compareByCodePoint(a, b)
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '')
}
