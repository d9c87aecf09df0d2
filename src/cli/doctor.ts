import type { JsonObject } from '#base'
import type { Call } from './command.ts'
import { doctorChecks, type Finding } from './doctor-checks.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { shown, type Terminal } from './terminal.ts'

const marks = { good: '✓', warning: '!', bad: '✗' } as const

/** `vedette doctor`: checks what Vedette needs; exit 3 when something is bad. */
export async function doctor(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const all: Finding[] = []
  const rows = rowWriter<Finding>(terminal, { format, columns, json })
  for await (const found of doctorChecks(call, terminal)) {
    all.push(found)
    if (format === 'table') tell(found, terminal)
    else rows.write([found])
  }
  if (format !== 'table') rows.end()
  const bad = all.filter(({ state }) => state === 'bad').length
  const warnings = all.filter(({ state }) => state === 'warning').length
  terminal.note(`${all.length} checks: ${bad} bad, ${warnings} to look at\n`)
  return bad > 0 ? exitCode.bad : exitCode.done
}

const columns: readonly Column<Finding>[] = [
  { title: 'STATE', value: ({ state }) => state, dispensable: 0 },
  { title: 'CHECK', value: ({ check }) => check, dispensable: 0 },
  { title: 'FOUND', value: ({ found }) => found, dispensable: 0 },
  { title: 'HELP', value: ({ help }) => help ?? '', dispensable: 0 },
]

function json({ check, state, found, help }: Finding): JsonObject {
  return { v: 1, check, state, found, ...(help !== undefined && { help }) }
}

function tell({ check, state, found, help }: Finding, terminal: Terminal): void {
  terminal.out(`${terminal.tint(state, marks[state])} ${check.padEnd(14)} ${shown(found)}\n`)
  if (help !== undefined)
    terminal.out(`  ${' '.repeat(14)} ${terminal.tint('strong', 'help')}: ${shown(help)}\n`)
}
