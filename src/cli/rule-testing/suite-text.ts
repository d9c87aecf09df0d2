import { diagnosticText } from '../diagnostics.ts'
import { shown, type Terminal } from '../terminal.ts'
import type { Failure, SuiteOutcome, TestOutcome } from './run-suites.ts'

/** A suite and its outcomes for people; `failuresOnly` leaves out what passed. */
export function suiteText(
  { suite, outcomes }: SuiteOutcome,
  terminal: Pick<Terminal, 'tint'>,
  { failuresOnly }: { readonly failuresOnly: boolean },
): string {
  const tests = outcomes.filter(({ failures }) => failures.length > 0 || !failuresOnly)
  const problems = suite.problems.map(({ diagnostic, text }) =>
    diagnosticText(diagnostic, terminal, text === '' ? undefined : text),
  )
  if (tests.length === 0 && problems.length === 0) return ''
  const name = suite.rule?.name ?? suite.rulePath ?? suite.testsPath
  const head = `${terminal.tint('strong', shown(name))}\n`
  const lines = tests.map((outcome) => testText(outcome, suite.testsPath ?? '', terminal))
  return `${head}${problems.join('')}${lines.join('')}`
}

function testText(
  { test, failures, tookMs }: TestOutcome,
  path: string,
  terminal: Pick<Terminal, 'tint'>,
): string {
  if (failures.length === 0) {
    return `  ${terminal.tint('good', '✓')} ${shown(test.name)}\n`
  }
  const place = terminal.tint('faint', `${shown(path)}:${test.line}, ${tookMs} ms`)
  const head = `  ${terminal.tint('bad', '✗')} ${shown(test.name)}  ${place}`
  const lines = failures.flatMap((failure) => failureLines(failure))
  return `${[head, ...lines.map((line) => `      ${line}`)].join('\n')}\n`
}

/** A failure in lines of plain text. */
export function failureLines(failure: Failure): readonly string[] {
  switch (failure.kind) {
    case 'broken':
      return [shown(failure.message)]
    case 'differs':
      return [
        'an alert is not as expected:',
        ...failure.differences.flatMap(({ field, expected, found }) => [
          `  ${shown(field)}`,
          `    - expected  ${listed(expected)}`,
          `    + found     ${listed(found)}`,
        ]),
      ]
    case 'missing':
      return [
        `no alert${Object.keys(failure.expected).length === 0 ? '' : ` says ${fields(failure.expected)}`}`,
        ...failure.because.map((line) => `  ${line}`),
      ]
    case 'unexpected':
      return [
        `an alert was not expected: ${shown(failure.reason)}`,
        ...Object.entries(failure.alert).map(([field, value]) => `  ${field}: ${shown(value)}`),
      ]
  }
}

function listed(values: readonly unknown[]): string {
  return values.length === 0 ? '(nothing)' : values.map((value) => shown(value)).join(', ')
}

function fields(expected: { readonly [field: string]: readonly unknown[] }): string {
  return Object.entries(expected)
    .map(([field, values]) => `${shown(field)}: ${listed(values)}`)
    .join(', ')
}
