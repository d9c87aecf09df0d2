import { isNumeric, type EsqlType } from '../cell.ts'
import type { Typed } from '../typed.ts'
import { onSingles, sameType, type ScalarFunction } from './scalar-function.ts'

/** Functions of numbers. What is no number is null. */
export const numberFunctions: readonly ScalarFunction[] = [
  ofNumber('abs', sameType, Math.abs),
  ofNumber('ceil', sameType, Math.ceil),
  ofNumber('floor', sameType, Math.floor),
  ofNumber('signum', 'double', Math.sign),
  ofNumber('sqrt', 'double', Math.sqrt),
  ofNumber('cbrt', 'double', Math.cbrt),
  ofNumber('exp', 'double', Math.exp),
  ofNumber('log10', 'double', Math.log10),
  ofNumber('sin', 'double', Math.sin),
  ofNumber('cos', 'double', Math.cos),
  ofNumber('tan', 'double', Math.tan),
  onSingles({
    names: ['pow'],
    wants: ['number', 'number'],
    type: 'double',
    of: (base, exponent) => finite(Number(base) ** Number(exponent)),
  }),
  onSingles({
    names: ['log'],
    wants: ['number', 'number'],
    optional: 1,
    type: 'double',
    of: (first, second) =>
      second === undefined
        ? finite(Math.log(Number(first)))
        : finite(Math.log(Number(second)) / Math.log(Number(first))),
  }),
  onSingles({
    names: ['round'],
    wants: ['number', 'integer'],
    optional: 1,
    type: sameType,
    of: (value, digits) => rounded(Number(value), Number(digits ?? 0)),
  }),
  onSingles({ names: ['e'], wants: [], type: 'double', of: () => Math.E }),
  onSingles({ names: ['pi'], wants: [], type: 'double', of: () => Math.PI }),
  onSingles({ names: ['tau'], wants: [], type: 'double', of: () => 2 * Math.PI }),
]

function ofNumber(
  name: string,
  type: EsqlType | ((given: readonly Typed[]) => EsqlType),
  of: (value: number) => number,
): ScalarFunction {
  return onSingles({
    names: [name],
    wants: ['number'],
    type: (given) => (typeof type === 'string' ? type : ofSome(type(given))),
    of: (value) => finite(of(Number(value))),
  })
}

function ofSome(type: EsqlType): EsqlType {
  return isNumeric(type) ? type : 'double'
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}

/** Half away from zero, to so many digits after the point; before it where negative. */
function rounded(value: number, digits: number): number {
  if (digits > 300 || !Number.isFinite(value)) return value
  const shifted = Number(`${Math.abs(value)}e${digits}`)
  const whole = Number.isNaN(shifted)
    ? Math.abs(value)
    : Number(`${Math.round(shifted)}e${-digits}`)
  return value < 0 ? -whole : whole
}
