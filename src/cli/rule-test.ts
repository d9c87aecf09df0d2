import { writeFile } from 'node:fs/promises'
import { Fault, messageOf } from '#base'
import type { Call } from './command.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import type { Format } from './format-option.ts'
import { formatOf, rowWriter } from './output.ts'
import { findSuites, isSuiteFile } from './rule-testing/find-suites.ts'
import { junitText } from './rule-testing/junit.ts'
import { loadSuites } from './rule-testing/load-suites.ts'
import { runSuites, type SuiteOutcome } from './rule-testing/run-suites.ts'
import { suiteText } from './rule-testing/suite-text.ts'
import { rowJson, rowsOf, testColumns, type TestRow } from './rule-testing/test-rows.ts'
import { watchFiles } from './rule-testing/watch-files.ts'
import { shown, type Terminal } from './terminal.ts'

/** `vedette rule test`: runs the tests that lie beside rules. Needs no server. */
export async function ruleTest(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = testFormatOf(call, terminal)
  if (!call.has('watch')) return runOnce(call, terminal, format)
  const files = await watchFiles(call.positionals, { ...terminal, isWanted: isSuiteFile })
  try {
    while (!terminal.signal.aborted) {
      await runOnce(call, terminal, format).catch((thrown: unknown) => {
        // What is being edited may be gone for a moment.
        terminal.err(`error: ${shown(messageOf(thrown))}\n`)
      })
      if (!terminal.signal.aborted) terminal.note('watching for changes; Ctrl-C ends\n')
      await files.changed()
    }
  } finally {
    files.close()
  }
  return exitCode.interrupted
}

/** Tests are read by people, also in the log of a build: text unless something else is asked for. */
function testFormatOf(call: Call, terminal: Terminal): Format {
  if (!call.has('json'))
    return call.text('format') === undefined ? 'table' : formatOf(call, terminal)
  const asked = call.text('format')
  if (asked !== undefined && asked !== 'json') throw usageFault(`--json and --format ${asked}`)
  return 'json'
}

async function runOnce(call: Call, terminal: Terminal, format: Format): Promise<ExitCode> {
  const startMs = terminal.clock.nowMs()
  const files = await findSuites(call.positionals)
  const { suites, unreadable } = await loadSuites(files, { nowMs: startMs })
  const rows = rowWriter<TestRow>(terminal, { format, columns: testColumns, json: rowJson })
  const failuresOnly = call.has('quiet')
  const done: SuiteOutcome[] = []
  for await (const suite of runSuites(suites, { terminal, failFast: call.has('fail-fast') })) {
    done.push(suite)
    if (format === 'table') terminal.out(suiteText(suite, terminal, { failuresOnly }))
    else rows.write(rowsOf(suite))
    await terminal.drained()
  }
  if (format !== 'table') rows.end()
  const junit = call.text('junit')
  if (junit !== undefined) await writeReport(junit, junitText(done))
  for (const { path, reason } of unreadable)
    terminal.err(`error: cannot read ${shown(path)}: ${shown(reason)}\n`)
  tellEnd(terminal, done, { startMs, left: suites.length - done.length })
  return exitCodeFor(done, { interrupted: terminal.signal.aborted, unreadable: unreadable.length })
}

async function writeReport(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => {
    const message = `cannot write the report ${path}: ${messageOf(cause)}`
    throw new Fault('invalid', 'cli.report-unwritable', message, { cause })
  })
}

function exitCodeFor(
  done: readonly SuiteOutcome[],
  { interrupted, unreadable }: { readonly interrupted: boolean; readonly unreadable: number },
): ExitCode {
  if (interrupted) return exitCode.interrupted
  const tests = done.flatMap(({ outcomes }) => outcomes)
  const failed = tests.some(({ failures }) => failures.length > 0)
  if (failed || done.some(({ invalid }) => invalid)) return exitCode.bad
  if (unreadable > 0) return exitCode.partial
  // Nothing ran, nothing was proved: a path mistyped in a build must not pass for success.
  return tests.length === 0 ? exitCode.bad : exitCode.done
}

function tellEnd(
  terminal: Terminal,
  done: readonly SuiteOutcome[],
  { startMs, left }: { readonly startMs: number; readonly left: number },
): void {
  const tests = done.flatMap(({ outcomes }) => outcomes)
  const failed = tests.filter(({ failures }) => failures.length > 0).length
  const invalid = done.filter((suite) => suite.invalid).length
  const untested = done.filter(({ suite }) => suite.testsPath === undefined && suite.rule).length
  const seconds = ((terminal.clock.nowMs() - startMs) / 1_000).toFixed(1)
  const parts = [
    terminal.tint('good', `${tests.length - failed} passed`),
    ...(failed > 0 ? [terminal.tint('bad', `${failed} failed`)] : []),
    ...(invalid > 0 ? [terminal.tint('bad', `${invalid} invalid`)] : []),
    ...(untested > 0 ? [terminal.tint('warning', `${untested} rules without tests`)] : []),
    ...(left > 0 ? [`${left} rules not reached`] : []),
    ...(terminal.signal.aborted ? ['interrupted'] : []),
  ]
  if (tests.length === 0 && invalid === 0) {
    terminal.err(
      'error: no tests were found: they lie beside a rule, in tests.yaml or NAME.test.yaml\n',
    )
  }
  terminal.note(
    `${tests.length} test${tests.length === 1 ? '' : 's'} of ${done.length} rule${done.length === 1 ? '' : 's'} in ${seconds} s: ${parts.join(', ')}\n`,
  )
}
