import type { WireExecution } from '#api'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { executionColumns } from './execution-text.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter } from './output.ts'
import { findRule } from './rule-reference.ts'
import { limitOf } from './limit-option.ts'
import type { Terminal } from './terminal.ts'

const statuses = ['succeeded', 'partial failure', 'failed'] as const
const kinds = ['scheduled', 'manual'] as const
const pageSize = 500

/** `vedette execution list`: executions, newest first. */
export async function executionList(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const limit = limitOf(call)
  const status = oneOf(call, 'status', statuses)
  const kind = oneOf(call, 'kind', kinds)
  const run = call.text('run')
  const { api } = await connect(call, terminal)
  const word = call.text('rule')
  const asked = {
    ...(word !== undefined && { rule: (await findRule(api, word)).id }),
    ...(status.length > 0 && { status }),
    ...(kind.length > 0 && { kind }),
    ...(run !== undefined && { run }),
  }
  const rows = rowWriter<WireExecution>(terminal, {
    format,
    columns: executionColumns,
    json: (execution) => ({ ...execution }),
  })
  let written = 0
  let after: string | undefined
  do {
    const page = await api.listExecutions({
      ...asked,
      limit: Math.min(pageSize, limit - written),
      ...(after !== undefined && { after }),
    })
    rows.write(page.executions)
    written += page.executions.length
    after = page.executions.length === 0 ? undefined : page.next
  } while (after !== undefined && written < limit)
  rows.end()
  if (terminal.outIsTty) {
    const more = after === undefined ? '' : ', and there are more: --limit'
    terminal.note(`${written} execution${written === 1 ? '' : 's'}${more}\n`)
  }
  return exitCode.done
}

function oneOf<const T extends string>(
  call: Call,
  option: string,
  known: readonly T[],
): readonly T[] {
  return call.texts(option).flatMap((text) =>
    text.split(',').map((word) => {
      const found = known.find((each) => each === word)
      if (found === undefined) throw usageFault(`--${option} is one of ${known.join(', ')}`)
      return found
    }),
  )
}
