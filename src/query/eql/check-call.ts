import type { Diagnostic } from '#base'
import type { EqlExpression, EqlFunctionName } from './ast.ts'
import { exactnessProblems, type EqlCheck } from './check-field.ts'
import { firstField, sortOf, type Sort } from './check-sort.ts'
import { parseIpBlock } from '../match/ip.ts'
import { shown, slip } from './slips.ts'

/** What a function takes in one place. `constant`: written out, not from a field. */
interface Parameter {
  readonly sort: Sort | 'whole number' | 'anything'
  readonly isOptional?: true
  readonly isConstant?: true
  /** Any number of them. */
  readonly isRest?: true
}

const text: Parameter = { sort: 'text' }
const number: Parameter = { sort: 'number' }
const wholeNumber: Parameter = { sort: 'whole number' }
const optionalWhole: Parameter = { ...wholeNumber, isOptional: true }

const parametersOf: { readonly [name in EqlFunctionName]: readonly Parameter[] } = {
  add: [number, number],
  between: [text, text, text, { sort: 'boolean', isOptional: true }],
  cidrMatch: [{ sort: 'address' }, { ...text, isConstant: true, isRest: true }],
  concat: [{ sort: 'anything', isRest: true, isOptional: true }],
  divide: [number, number],
  endsWith: [text, text],
  indexOf: [text, text, optionalWhole],
  length: [text],
  modulo: [number, number],
  multiply: [number, number],
  number: [text, optionalWhole],
  startsWith: [text, text],
  string: [{ sort: 'anything' }],
  stringContains: [text, text],
  substring: [text, wholeNumber, optionalWhole],
  subtract: [number, number],
}

type Call = Extract<EqlExpression, { readonly kind: 'call' }>

/** Whether a function is called with what it takes; the arguments themselves are checked elsewhere. */
export function callProblems(call: Call, check: EqlCheck): readonly Diagnostic[] {
  const parameters = parametersOf[call.name]
  const least = parameters.filter(({ isOptional }) => isOptional !== true).length
  const isOpen = parameters.at(-1)?.isRest === true
  const given = call.of.length
  if (given < least || (!isOpen && given > parameters.length)) {
    const message = `${call.name} takes ${countText(least, isOpen ? undefined : parameters.length)}, not ${given}`
    return [slip('argument-count', message, call.span)]
  }
  return call.of.flatMap((argument, i) => {
    const parameter = parameters[i] ?? parameters.at(-1)
    return parameter === undefined ? [] : argumentProblems(call, argument, { parameter, check })
  })
}

function countText(least: number, most: number | undefined): string {
  const plural = (count: number) => `${count} argument${count === 1 ? '' : 's'}`
  if (most === undefined) return `at least ${plural(least)}`
  return least === most ? plural(least) : `${least} to ${plural(most)}`
}

function argumentProblems(
  { name }: Call,
  argument: EqlExpression,
  { parameter, check }: { readonly parameter: Parameter; readonly check: EqlCheck },
): readonly Diagnostic[] {
  const { span } = argument
  const sort = sortOf(argument, check.fields)
  if (!fits(argument, sort, parameter)) {
    const message = `${name} takes ${sortText[parameter.sort]} here, not ${sortText[sort]}`
    return [slip('argument-type', message, span)]
  }
  if (parameter.isConstant === true && firstField(argument, check.fields) !== undefined) {
    return [slip('argument-not-constant', `${name} takes only constants here`, span)]
  }
  if (name === 'cidrMatch' && argument.kind === 'string') {
    if (parseIpBlock(argument.value) !== undefined) return []
    const help = 'write an address, or a block such as 10.0.0.0/8'
    return [
      slip('not-a-block', `${shown(argument.value)} is no block of addresses`, span, { help }),
    ]
  }
  return argument.kind === 'field' ? exactnessProblems(argument, check) : []
}

function fits(argument: EqlExpression, found: Sort, { sort }: Parameter): boolean {
  if (found === 'null' || found === 'unknown' || sort === 'anything') return true
  return sort === 'whole number'
    ? found === 'number' && argument.kind !== 'decimal'
    : found === sort
}

/** How a sort is named to people. */
export const sortText: { readonly [sort in Parameter['sort']]: string } = {
  text: 'a text',
  number: 'a number',
  'whole number': 'a whole number',
  boolean: 'true or false',
  date: 'a date',
  address: 'an IP address',
  anything: 'a value',
  null: 'null',
  unknown: 'a value',
}
