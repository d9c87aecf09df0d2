import { visibleText } from '#base'
import type { SuiteOutcome, TestOutcome } from './run-suites.ts'
import { failureLines } from './suite-text.ts'

/** Outcomes as JUnit XML, in the form that build servers read. Whatever the tests say, it is well-formed. */
export function junitText(suites: readonly SuiteOutcome[]): string {
  const counts = totals(suites)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'vedette rule test', ...counts })}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n')
}

function totals(suites: readonly SuiteOutcome[]): { readonly [name: string]: string | number } {
  const outcomes = suites.flatMap((suite) => suite.outcomes)
  const errors = suites.filter(({ invalid }) => invalid).length
  return {
    tests: outcomes.length + errors,
    failures: outcomes.filter(({ failures }) => failures.length > 0).length,
    errors,
    skipped: 0,
    time: seconds(outcomes.reduce((sum, { tookMs }) => sum + tookMs, 0)),
  }
}

function suiteLines(outcome: SuiteOutcome): readonly string[] {
  const { suite, invalid, outcomes } = outcome
  if (!invalid && outcomes.length === 0) return []
  const name = suite.rule?.name ?? suite.rulePath ?? suite.testsPath ?? ''
  const file = suite.testsPath ?? suite.rulePath ?? ''
  return [
    `  <testsuite${attributes({ name, file, ...totals([outcome]) })}>`,
    ...(invalid ? invalidLines(outcome, name) : []),
    ...outcomes.flatMap((test) => caseLines(test, { name, file })),
    '  </testsuite>',
  ]
}

function invalidLines({ suite }: SuiteOutcome, classname: string): readonly string[] {
  const said = suite.problems.map(
    ({ diagnostic: { code, message, help, origin } }) =>
      `${origin ?? ''}: ${code}: ${message}${help === undefined ? '' : `; ${help}`}`,
  )
  return [
    `    <testcase${attributes({ name: 'rule and tests can be used', classname, time: '0.000' })}>`,
    `      <error${attributes({ type: 'invalid', message: said[0] ?? '' })}>${content(said)}</error>`,
    '    </testcase>',
  ]
}

function caseLines(
  { test, failures, tookMs }: TestOutcome,
  { name: classname, file }: { readonly name: string; readonly file: string },
): readonly string[] {
  const head = { name: test.name, classname, file, line: test.line, time: seconds(tookMs) }
  if (failures.length === 0) return [`    <testcase${attributes(head)}/>`]
  const lines = failures.flatMap(failureLines)
  return [
    `    <testcase${attributes(head)}>`,
    `      <failure${attributes({ type: failures[0]?.kind ?? '', message: lines[0] ?? '' })}>${content(lines)}</failure>`,
    '    </testcase>',
  ]
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3)
}

function attributes(values: { readonly [name: string]: string | number }): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('')
}

function content(lines: readonly string[]): string {
  return lines.map(escaped).join('\n')
}

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** XML has no way to write control characters or halves of characters: they become visible escapes. */
function escaped(text: string): string {
  return visibleText(text.toWellFormed())
    .replaceAll(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}
