import type { WireReadiness } from '#api'
import { hasErrors } from '#base'
import { readinessToWire } from '#server'
import type { Call } from '../command.ts'
import { connect } from '../connect.ts'
import { diagnosticText } from '../diagnostics.ts'
import { loadRuleFiles, type LoadedRuleFile } from '../rule-files.ts'
import { shown, type Terminal } from '../terminal.ts'
import { withEventsOf } from './events-of-files.ts'

/** Readiness of some rules, and what could not be read on the way to it. */
export interface Answered {
  readonly rules: readonly WireReadiness[]
  /** Rule files with errors. */
  readonly errors: number
  /** Files that could not be read, of rules or of events. */
  readonly unreadable: number
}

/** Readiness of the rules of files: against the events of files where these are named, else against the server's. */
export async function readinessOfFiles(
  paths: readonly string[],
  call: Call,
  terminal: Terminal,
): Promise<Answered> {
  const { files, unreadable } = await loadRuleFiles(paths)
  for (const { path, reason } of unreadable) {
    terminal.err(`error: cannot read ${shown(path)}: ${shown(reason)}\n`)
  }
  let errors = 0
  for (const { reading, text } of files) {
    if (hasErrors(reading.diagnostics)) errors++
    for (const diagnostic of reading.diagnostics) {
      if (diagnostic.severity === 'error') terminal.err(diagnosticText(diagnostic, terminal, text))
    }
  }
  const events = call.texts('events')
  if (events.length === 0) {
    const rules = await askServer(files, call, terminal)
    return { rules, errors, unreadable: unreadable.length }
  }
  const rules = files.flatMap(({ reading }) => reading.rules)
  const index = call.text('index')
  const read = await withEventsOf(events, { terminal, index }, async (engine) => {
    const found = await engine.readinessOf(rules)
    return found.flatMap((readiness, at) => {
      const rule = rules[at]
      return rule === undefined ? [] : [readinessToWire(rule, readiness)]
    })
  })
  return { rules: read.answer, errors, unreadable: unreadable.length + read.unreadable }
}

/** So much text goes in one request. */
const portionLength = 4 * 1024 * 1024

async function askServer(
  files: readonly LoadedRuleFile[],
  call: Call,
  terminal: Terminal,
): Promise<readonly WireReadiness[]> {
  const { api } = await connect(call, terminal)
  const found: WireReadiness[] = []
  let portion: { readonly name: string; readonly text: string }[] = []
  let length = 0
  const send = async (): Promise<void> => {
    if (portion.length === 0) return
    found.push(...(await api.checkReadiness({ body: { files: portion } })).rules)
    portion = []
    length = 0
  }
  for (const { path, text } of files) {
    if (length + text.length > portionLength) await send()
    portion.push({ name: path.slice(-500), text })
    length += text.length
  }
  await send()
  return found
}
