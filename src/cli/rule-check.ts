import type { Diagnostic } from '#base'
import { checkRule, type Rule } from '#rule'
import type { Call } from './command.ts'
import { diagnosticText } from './diagnostics.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { formatOf } from './output.ts'
import { loadRuleFiles, type LoadedRuleFile } from './rule-files.ts'
import { shown, type Terminal } from './terminal.ts'
import { installedFields } from './installed-fields.ts'

/** `vedette rule check`: everything that is wrong or doubtful in files of rules. Needs no server. */
export async function ruleCheck(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = call.text('format') === undefined ? 'table' : formatOf(call, terminal)
  const { files, unreadable } = await loadRuleFiles(call.positionals)
  const nowMs = terminal.clock.nowMs()
  let errors = 0
  let warnings = 0
  let valid = 0
  for (const file of files) {
    const diagnostics = diagnosticsOf(file, nowMs)
    for (const diagnostic of diagnostics) {
      if (diagnostic.severity === 'error') errors++
      else warnings++
      if (format === 'table') terminal.out(`${diagnosticText(diagnostic, terminal, file.text)}\n`)
      else terminal.out(`${JSON.stringify({ file: file.path, ...diagnostic })}\n`)
    }
    const bad = diagnostics.some(({ severity }) => severity === 'error')
    valid += bad ? 0 : file.reading.rules.length
  }
  for (const { path, reason } of unreadable)
    terminal.err(`error: cannot read ${shown(path)}: ${shown(reason)}\n`)
  const rules = files.reduce((sum, { reading }) => sum + reading.rules.length, 0)
  terminal.note(
    `${rules} rule${rules === 1 ? '' : 's'} in ${files.length} file${files.length === 1 ? '' : 's'}: ` +
      `${valid} valid, ${errors} error${errors === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}\n`,
  )
  if (errors > 0 || (warnings > 0 && call.has('strict'))) return exitCode.bad
  return unreadable.length > 0 ? exitCode.partial : exitCode.done
}

function diagnosticsOf({ reading }: LoadedRuleFile, nowMs: number): readonly Diagnostic[] {
  const fields = installedFields()
  const checked = reading.rules.flatMap((rule: Rule, at) => {
    const locate = reading.locators[at]
    return checkRule(rule, { nowMs, fields, ...(locate !== undefined && { locate }) })
  })
  return [...reading.diagnostics, ...checked].toSorted((a, b) => a.span.start - b.span.start)
}
