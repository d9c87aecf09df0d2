import { isJsonObject, parseDuration, type JsonObject, type JsonValue } from '#base'
import { valuesOf } from '#event'
import { textAt } from './alert-columns.ts'
import { instantOf } from './alert-list.ts'
import { findAlert } from './alert-reference.ts'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { shown, type Terminal } from './terminal.ts'

const columns: readonly Column<JsonObject>[] = [
  { title: 'ITEM', value: (item) => shown(item['item_id']), dispensable: 0 },
  { title: 'NAME', value: (item) => shown(item['name']), dispensable: 1 },
  { title: 'EXPIRES', value: (item) => shown(item['expire_time']) || 'never', dispensable: 2 },
  { title: 'WHEN ALL OF', value: (item) => entriesText(item['entries']), dispensable: 0 },
]

function entriesText(entries: JsonValue | undefined): string {
  if (!Array.isArray(entries)) return ''
  return entries
    .filter(isJsonObject)
    .map(({ field, operator, type, value }) => {
      const not = operator === 'excluded' ? 'not ' : ''
      return `${not}${shown(field)} ${shown(type)} ${shown(value)}`.trim()
    })
    .join(' and ')
}

/** `vedette exception list`: the items of a list. */
export async function exceptionList(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const { items } = await api.listExceptionItems({ list_id: call.positionals[0] ?? '' })
  const rows = rowWriter<JsonObject>(terminal, { format, columns, json: (item) => item })
  rows.write(items)
  rows.end()
  return exitCode.done
}

/** `vedette exception add`: values of an alert become an item of its rule's own list. */
export async function exceptionAdd(call: Call, terminal: Terminal): Promise<ExitCode> {
  const fields = call.texts('field')
  const word = call.text('alert')
  if (word === undefined) throw usageFault('--alert names the alert whose values are taken')
  if (fields.length === 0)
    throw usageFault('--field names a field of the alert; several may be given')
  const nowMs = terminal.clock.nowMs()
  const expireTime = expiryOf(call, nowMs)
  const { api } = await connect(call, terminal)
  const alert = await findAlert(api, word)
  const entries = fields.map((field) => entryOf(alert.document, field))
  const rule = textAt(alert, 'kibana.alert.rule.uuid')
  const item = await api.addRuleException({
    id: rule,
    body: {
      name: call.text('name') ?? entriesText(entries),
      entries,
      ...(expireTime !== undefined && { expire_time: expireTime }),
    },
  })
  terminal.out(`${shown(item['item_id'])}\n`)
  terminal.note(
    `${textAt(alert, 'kibana.alert.rule.name')} no longer alerts when ${entriesText(entries)}` +
      ` (list ${shown(item['list_id'])})\n`,
  )
  if (textAt(alert, 'kibana.alert.new_terms') !== '') {
    terminal.note(
      'note: this rule has learnt the new value already; without the exception it would be quiet too\n',
    )
  }
  return exitCode.done
}

function entryOf(document: JsonObject, field: string): JsonObject {
  const values = [...new Set(valuesOf(document, field).map(String))]
  const [only, another] = values
  if (only === undefined) throw usageFault(`the alert has no value in ${field}`)
  const shared = { field, operator: 'included' }
  if (another === undefined) return { ...shared, type: 'match', value: only }
  return { ...shared, type: 'match_any', value: values }
}

/** `30d` from now, or a date. */
function expiryOf(call: Call, nowMs: number): string | undefined {
  const text = call.text('expires')
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  if (ms === undefined) return instantOf(call, 'expires', nowMs)
  return new Date(nowMs + ms).toISOString()
}

/** `vedette exception remove`. */
export async function exceptionRemove(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [listId = '', itemId = ''] = call.positionals
  const { api } = await connect(call, terminal)
  const { removed } = await api.removeExceptionItem({ list_id: listId, item_id: itemId })
  if (!removed) {
    terminal.err(`error: list ${shown(listId)} has no item ${shown(itemId)}\n`)
    return exitCode.failed
  }
  terminal.note('removed\n')
  return exitCode.done
}
