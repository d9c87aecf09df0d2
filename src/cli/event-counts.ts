import { parseDuration, systemClock } from '#base'
import { instantOf } from './alert-list.ts'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { limitOf } from './limit-option.ts'
import { formatOf, rowWriter } from './output.ts'
import type { Terminal } from './terminal.ts'

/** `vedette event histogram`: how many events match, by time. */
export async function eventHistogram(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const everySeconds = secondsOf(call.text('every') ?? '1h')
  const question = questionOf(call)
  const { api } = await connect(call, terminal)
  const { buckets } = await api.countEventsByTime({ ...question, every_s: everySeconds })
  const rows = rowWriter<(typeof buckets)[number]>(terminal, {
    format,
    columns: [
      { title: 'FROM', value: ({ start }) => start, dispensable: 0 },
      { title: 'EVENTS', value: ({ events }) => String(events), dispensable: 0 },
    ],
    json: (bucket) => ({ ...bucket }),
  })
  rows.write(buckets)
  rows.end()
  return exitCode.done
}

/** `vedette event top`: the commonest values of a field in events that match. */
export async function eventTop(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const [field = ''] = call.positionals
  const question = { ...questionOf(call), field, limit: limitOf(call) }
  const { api } = await connect(call, terminal)
  const { values, distinct, events } = await api.countEventsByValue(question)
  const rows = rowWriter<(typeof values)[number]>(terminal, {
    format,
    columns: [
      { title: 'EVENTS', value: (row) => String(row.events), dispensable: 0 },
      { title: 'VALUE', value: ({ value }) => value, dispensable: 0 },
    ],
    json: (value) => ({ ...value }),
  })
  rows.write(values)
  rows.end()
  if (terminal.outIsTty) {
    terminal.note(`${distinct} different, in ${events} events that have the field\n`)
  }
  return exitCode.done
}

function questionOf(call: Call) {
  const query = call.text('query')
  const index = call.text('index')
  const from = instantOf(call, 'since', systemClock.nowMs())
  return {
    ...(query !== undefined && { query }),
    ...(index !== undefined && { index }),
    ...(from !== undefined && { from }),
  }
}

function secondsOf(text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined && ms >= 1_000 && ms % 1_000 === 0) return ms / 1_000
  throw usageFault(`--every ${text} is no span of whole seconds; write 10m, 1h or 1d`)
}
