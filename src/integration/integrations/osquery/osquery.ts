import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { Integration } from '../../integration.ts'
import {
  addressIn,
  baseName,
  ecsDocument,
  streamFields,
  streamOf,
  type EcsFields,
} from '../../ecs-document.ts'
import { at, isoTime, numberAt, textAt } from '../../json-values.ts'
import { jsonByLine, type Mapped } from '../../line-by-line.ts'

const dataset = 'osquery_manager.result'

/** What osqueryd logs of its queries: a row at a time, several, or all of them at once. */
export const osquery: Integration = {
  name: 'osquery',
  title: 'results of osquery: rows of its queries, with process, user and address as in ECS',
  streams: [`logs-${dataset}`],
  joinsLines: false,
  isMeant: (line) =>
    line.startsWith('{') &&
    /"hostIdentifier":/.test(line) &&
    /"(columns|snapshot|diffResults)":/.test(line),
  reader: jsonByLine((record) => {
    const name = textAt(record, 'name')
    if (name === undefined) return 'it is no result of osquery: name is missing'
    const seconds = numberAt(record, 'unixTime')
    const time = seconds === undefined ? undefined : isoTime(seconds * 1000)
    if (time === undefined) return 'unixTime is missing or no time'
    const rows = rowsOf(record)
    if (rows.length === 0)
      return 'it has no rows: columns, snapshot and diffResults are missing or empty'
    return rows.map((row) => documentOf(record, { ...row, name, time }))
  }),
}

interface Row {
  readonly action: string
  readonly columns: JsonObject
}

function rowsOf(record: JsonObject): readonly Row[] {
  const action = textAt(record, 'action') ?? 'snapshot'
  const columns = record['columns']
  if (isJsonObject(columns)) return [{ action, columns }]
  // That a query gave nothing is something that it tells.
  if (Array.isArray(record['snapshot']) && record['snapshot'].length === 0) {
    return [{ action, columns: {} }]
  }
  return [
    ...rowsIn(record['snapshot'], 'snapshot'),
    ...rowsIn(at(record, 'diffResults', 'added'), 'added'),
    ...rowsIn(at(record, 'diffResults', 'removed'), 'removed'),
  ]
}

function rowsIn(rows: JsonValue | undefined, action: string): readonly Row[] {
  return Array.isArray(rows)
    ? rows.flatMap((columns) => (isJsonObject(columns) ? [{ action, columns }] : []))
    : []
}

function documentOf(
  record: JsonObject,
  { name, time, action, columns }: Row & { readonly name: string; readonly time: string },
): Mapped {
  const isStart = /(^|[_/.])(bpf_)?process_events$/.test(name) && action === 'added'
  const seconds = isStart ? numberAt(columns, 'time') : undefined
  return {
    index: streamOf(dataset),
    source: ecsDocument({
      '@timestamp': (seconds === undefined ? undefined : isoTime(seconds * 1000)) ?? time,
      ...streamFields(dataset),
      'event.kind': action === 'snapshot' ? 'state' : 'event',
      'event.category': isStart ? ['process'] : ['host'],
      'event.type': isStart ? ['start'] : [action === 'removed' ? 'deletion' : 'info'],
      'event.action': isStart ? 'exec' : `osquery-${action}`,
      'host.name': textAt(record, 'hostIdentifier'),
      'host.os.type': 'linux',
      ...columnFields(columns),
      'osquery.name': name,
      'osquery.action': action,
      'osquery.columns': columns,
    }),
  }
}

function columnFields(columns: JsonObject): EcsFields {
  const text = (name: string) => textAt(columns, name)
  const path = text('path') ?? text('process_path')
  const command = text('cmdline')
  const isProcess = text('pid') !== undefined
  return {
    'process.pid': numberAt(columns, 'pid'),
    'process.parent.pid': numberAt(columns, 'parent'),
    'process.name': isProcess ? (baseName(path) ?? text('name')) : undefined,
    'process.executable': isProcess ? path : undefined,
    'process.command_line': command,
    // Rows have no list of arguments: these are the words of the command line.
    'process.args': command?.split(/\s+/).filter((word) => word !== ''),
    'process.working_directory': text('cwd'),
    'file.path': isProcess ? undefined : (text('target_path') ?? path),
    'user.name': text('username') ?? text('user'),
    'user.id': text('uid'),
    'destination.ip': addressIn(text('remote_address')),
    'destination.port': numberAt(columns, 'remote_port'),
  }
}
