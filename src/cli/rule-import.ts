import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { diagnosticText } from './diagnostics.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { loadRuleFiles } from './rule-files.ts'
import { shown, type Terminal } from './terminal.ts'

/** `vedette rule import`: installs rules from files; rules that are there already are updated. */
export async function ruleImport(call: Call, terminal: Terminal): Promise<ExitCode> {
  const { api } = await connect(call, terminal)
  const { files, unreadable } = await loadRuleFiles(call.positionals)
  const counts = { created: 0, updated: 0, unchanged: 0 }
  let errors = 0
  for (const { path, text } of files) {
    const answer = await api.importRules({ body: { name: path, text } })
    for (const { id, change } of answer.imported) {
      counts[change]++
      terminal.out(`${id}\n`)
    }
    for (const diagnostic of answer.diagnostics) {
      if (diagnostic.severity === 'error') errors++
      terminal.err(diagnosticText(diagnostic, terminal, text))
    }
  }
  for (const { path, reason } of unreadable)
    terminal.err(`error: cannot read ${shown(path)}: ${shown(reason)}\n`)
  terminal.note(
    `${counts.created} installed, ${counts.updated} updated, ${counts.unchanged} unchanged, ${errors} errors\n`,
  )
  if (errors > 0) return exitCode.bad
  return unreadable.length > 0 ? exitCode.partial : exitCode.done
}
