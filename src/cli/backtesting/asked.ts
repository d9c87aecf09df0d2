import { Fault, hasErrors, parseDate, type Diagnostic } from '#base'
import { namelessIndex, subjectOf, type Subject } from '#detect'
import type { ExceptionItem, Rule } from '#rule'
import { instantOf } from '../alert-list.ts'
import type { Call } from '../command.ts'
import { connect, dataDirectoryOf } from '../connect.ts'
import { diagnosticText } from '../diagnostics.ts'
import { usageFault } from '../exit-code.ts'
import { installedFields } from '../installed-fields.ts'
import { loadRuleFiles } from '../rule-files.ts'
import { shown, type Terminal } from '../terminal.ts'
import { apiFeed } from './api-feed.ts'
import type { Feed } from './feed.ts'
import { fileFeed } from './file-feed.ts'
import { storeFeed } from './store-feed.ts'

/** The stretch that a command line asks for, epoch milliseconds. */
export interface AskedRange {
  readonly fromMs: number | undefined
  readonly toMs: number | undefined
}

/** Reads `--from` and `--to`. Faults: `cli.usage`. */
export function rangeOf(call: Call, nowMs: number): AskedRange {
  const [fromMs, toMs] = ['from', 'to'].map((option) => {
    const text = instantOf(call, option, nowMs)
    return text === undefined ? undefined : parseDate(text)
  })
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw usageFault('--from must be before --to')
  }
  return { fromMs, toMs }
}

/** Rules and exceptions of the files that a command line names. */
export interface LoadedInput {
  readonly rules: readonly Rule[]
  /** Exception items of all files. */
  readonly items: readonly ExceptionItem[]
  /** Files and rules that could not be used; each was told. */
  readonly errors: number
}

/** Reads the rules and `--exceptions`; what cannot be used is told and counted. Faults: `not-found`. */
export async function rulesOf(call: Call, terminal: Terminal): Promise<LoadedInput> {
  const ruleFiles = await loadRuleFiles(call.positionals)
  const exceptionFiles = await loadRuleFiles(call.texts('exceptions'))
  const files = [...ruleFiles.files, ...exceptionFiles.files]
  const unreadable = [...ruleFiles.unreadable, ...exceptionFiles.unreadable]
  let errors = unreadable.length
  for (const { path, reason } of unreadable) {
    terminal.err(`error: cannot read ${shown(path)}: ${shown(reason)}\n`)
  }
  for (const { text, reading } of files) {
    const wrong = reading.diagnostics.filter((diagnostic) => hasErrors([diagnostic]))
    errors += wrong.length
    for (const diagnostic of wrong) terminal.err(diagnosticText(diagnostic, terminal, text))
  }
  return {
    rules: ruleFiles.files.flatMap(({ reading }) => reading.rules),
    items: files.flatMap(({ reading }) => reading.exceptions),
    errors,
  }
}

/** Opens what `--events` or `--data` names; a directory that a server holds is read through its API. */
export async function feedOf(call: Call, terminal: Terminal): Promise<Feed> {
  if (call.text('data') === undefined) {
    const index = call.text('index') ?? namelessIndex
    return fileFeed(call.texts('events'), { terminal, namelessIndex: index })
  }
  const directory = dataDirectoryOf(call, terminal)
  return storeFeed(directory, terminal).catch(async (thrown: unknown) => {
    if (!(thrown instanceof Fault && thrown.code === 'store.locked')) throw thrown
    terminal.note('a server holds the data directory: its API is asked for the events\n')
    const { api } = await connect(call, terminal)
    await api.getStatus({}).catch((cause: unknown) => {
      const message = `${thrown.message}\nhelp: what holds it does not answer; stop it and run this again`
      throw new Fault(thrown.kind, thrown.code, message, { cause })
    })
    return apiFeed(api, terminal)
  })
}

/** Makes rules ready; those that cannot run are told and counted. */
export async function subjectsOf(
  rules: readonly Rule[],
  feed: Feed,
  terminal: Terminal,
): Promise<{ readonly subjects: readonly Subject[]; readonly unusable: number }> {
  const subjects: Subject[] = []
  const tell = (rule: Rule, diagnostics: readonly Diagnostic[]): void => {
    for (const { message } of diagnostics) {
      terminal.err(`error: ${shown(rule.name)} cannot run: ${shown(message)}\n`)
    }
  }
  let unusable = 0
  for (const rule of rules) {
    const installed = await feed.installedOf(rule)
    const subject = subjectOf(rule, {
      nowMs: terminal.clock.nowMs(),
      installed,
      fields: installedFields(),
    })
    if ('runnable' in subject) subjects.push(subject)
    else {
      unusable++
      tell(rule, subject.diagnostics)
    }
  }
  if (rules.length === 0) terminal.err('error: there is no rule in these files\n')
  return { subjects, unusable }
}
