import { severities, type ExceptionItem, type Rule } from '#rule'
import { severityOf } from '../alert-list.ts'
import type { Call } from '../command.ts'
import { diagnosticText } from '../diagnostics.ts'
import { usageFault } from '../exit-code.ts'
import { loadRuleFiles } from '../rule-files.ts'
import { starterRulesDirectory } from '../starter-rules.ts'
import { shown, type Terminal } from '../terminal.ts'

/** The rules that a command line asks for. */
export interface ChosenRules {
  readonly rules: readonly Rule[]
  readonly exceptions: readonly ExceptionItem[]
  /** Rule files, and rules in them, that could not be read. */
  readonly unreadable: number
}

/** Reads the rules of `--rules`, `--rule` and `--level`; what cannot be read is told. Faults: `cli.usage`. */
export async function chosenRules(call: Call, terminal: Terminal): Promise<ChosenRules> {
  const paths = call.texts('rules')
  const { files, unreadable } = await loadRuleFiles(
    paths.length > 0 ? paths : [starterRulesDirectory()],
  )
  let errors = unreadable.length
  for (const { path, reason } of unreadable)
    terminal.err(`error: cannot read ${shown(path)}: ${shown(reason)}\n`)
  for (const { text, reading } of files) {
    for (const diagnostic of reading.diagnostics) {
      if (diagnostic.severity !== 'error') continue
      errors++
      terminal.err(diagnosticText(diagnostic, terminal, text))
    }
  }
  const level = call.text('level')
  const least = level === undefined ? 0 : rankOf(severityOf(level))
  const wanted = call.texts('rule')
  const all = files.flatMap(({ reading }) => reading.rules)
  const unknown = wanted.filter((id) => !all.some((rule) => isCalled(rule, id)))
  if (unknown.length > 0) throw usageFault(`no rule has the id ${unknown.join(', ')}`)
  const rules = all.filter(
    (rule) =>
      rankOf(rule.severity) >= least &&
      (wanted.length === 0 || wanted.some((id) => isCalled(rule, id))),
  )
  return {
    rules,
    exceptions: files.flatMap(({ reading }) => reading.exceptions),
    unreadable: errors,
  }
}

function isCalled({ ruleId, name }: Rule, word: string): boolean {
  return ruleId === word || name === word || (word.length >= 4 && ruleId.startsWith(word))
}

/** 0 (low) to 3 (critical); -1 for what is no severity. */
export function rankOf(severity: string): number {
  return severities.findIndex((known) => known === severity)
}
