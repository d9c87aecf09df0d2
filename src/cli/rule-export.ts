import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, messageOf } from '#base'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { diagnosticText } from './diagnostics.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { findRule } from './rule-reference.ts'
import { shown, type Terminal } from './terminal.ts'

const exportFormats = ['ndjson', 'toml'] as const

/** `vedette rule export`: installed rules as files, to standard output or into a folder. */
export async function ruleExport(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatAsked(call)
  const directory = call.text('dir')
  const { api } = await connect(call, terminal)
  const rules: string[] = []
  for (const word of call.positionals) rules.push((await findRule(api, word)).id)
  const { files, diagnostics } = await api.exportRules({
    format,
    ...(rules.length > 0 && { rules }),
  })
  if (directory === undefined && files.length > 1) {
    throw usageFault('TOML is one file a rule: say with --dir where they go')
  }
  for (const diagnostic of diagnostics) terminal.err(diagnosticText(diagnostic, terminal))
  if (directory !== undefined) await writeAll(directory, files)
  for (const { name, text } of files) {
    terminal.out(directory === undefined ? text : `${shown(join(directory, name))}\n`)
  }
  return exitCode.done
}

function formatAsked(call: Call): (typeof exportFormats)[number] {
  const asked = call.text('format') ?? 'ndjson'
  const found = exportFormats.find((format) => format === asked)
  if (found === undefined) throw usageFault(`--format is one of ${exportFormats.join(', ')}`)
  return found
}

async function writeAll(
  directory: string,
  files: readonly { readonly name: string; readonly text: string }[],
): Promise<void> {
  try {
    await mkdir(directory, { recursive: true })
    for (const { name, text } of files) await writeFile(join(directory, name), text)
  } catch (cause) {
    const message = `write the rules into ${directory}: ${messageOf(cause)}`
    throw new Fault('invalid', 'cli.export-not-written', message, { cause })
  }
}
