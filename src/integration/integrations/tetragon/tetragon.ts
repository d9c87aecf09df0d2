import type { JsonObject, JsonValue } from '#base'
import type { Integration } from '../../integration.ts'
import {
  addressIn,
  baseName,
  ecsDocument,
  streamFields,
  streamOf,
  type EcsFields,
} from '../../ecs-document.ts'
import { isoTime, numberAt, objectAt, textAt } from '../../json-values.ts'
import { jsonByLine } from '../../line-by-line.ts'

const dataset = 'tetragon.events'

/** What Tetragon exports: one event a line, below the name of its sort. */
export const tetragon: Integration = {
  name: 'tetragon',
  title: 'the JSON export of Tetragon: process starts and ends, connections, its probes',
  streams: [`logs-${dataset}`],
  joinsLines: false,
  isMeant: (line) => /^\{"process_[a-z_]+":\{|^\{.*"process_[a-z_]+":\s?\{.*"exec_id":/s.test(line),
  reader: jsonByLine((record) => {
    const sort = Object.keys(record).find((key) => /^process_[a-z_]+$/.test(key))
    if (sort === undefined) return 'it is no event of Tetragon: no member process_… in it'
    const event = objectAt(record, sort)
    const time = isoTime(textAt(record, 'time') ?? textAt(event, 'process', 'start_time'))
    if (time === undefined) return 'time is missing or no date'
    return {
      index: streamOf(dataset),
      source: ecsDocument({
        '@timestamp': time,
        ...streamFields(dataset),
        'event.kind': 'event',
        ...sortFields(sort, event),
        'host.name': textAt(record, 'node_name'),
        'host.os.type': 'linux',
        ...processFields('process', objectAt(event, 'process')),
        ...processFields('process.parent', objectAt(event, 'parent')),
        ...placeFields(objectAt(event, 'process')),
        'tetragon.event': sort,
      }),
    }
  }),
}

function sortFields(sort: string, event: JsonObject): EcsFields {
  const outcome = { 'event.outcome': 'success' }
  switch (sort) {
    case 'process_exec':
      return { ...kind('process', 'exec', ['start']), ...outcome }
    case 'process_exit':
      return {
        ...kind('process', 'end', ['end']),
        'process.exit_code':
          numberAt(event, 'status') ?? (textAt(event, 'signal') === undefined ? 0 : undefined),
        'tetragon.signal': textAt(event, 'signal'),
      }
    case 'process_connect':
      return { ...kind('network', 'connection_attempted', ['connection', 'start']), ...ends(event) }
    case 'process_accept':
      return { ...kind('network', 'connection_accepted', ['connection', 'start']), ...ends(event) }
    case 'process_listen':
      return { ...kind('network', 'listen', ['start']), ...ends(event) }
    case 'process_close':
      return { ...kind('network', 'disconnect_received', ['connection', 'end']), ...ends(event) }
    case 'process_loader':
      return { ...kind('library', 'load', ['start']), 'dll.path': textAt(event, 'path') }
    default:
      return {
        ...kind('process', sort, ['info']),
        'tetragon.function': textAt(event, 'function_name'),
        'tetragon.policy': textAt(event, 'policy_name'),
        'tetragon.action': textAt(event, 'action'),
        'file.path': firstFile(event['args']),
      }
  }
}

function kind(category: string, action: string, type: readonly string[]): EcsFields {
  return { 'event.category': [category], 'event.action': action, 'event.type': type }
}

function ends(event: JsonObject): EcsFields {
  return {
    'source.ip': addressIn(textAt(event, 'source_ip')),
    'source.port': numberAt(event, 'source_port'),
    'destination.ip': addressIn(textAt(event, 'destination_ip')),
    'destination.port': numberAt(event, 'destination_port'),
    'network.transport': textAt(event, 'protocol')?.toLowerCase(),
  }
}

/** The path that a probe's argument says, if one does. */
function firstFile(args: JsonValue | undefined): string | undefined {
  if (!Array.isArray(args)) return undefined
  return args
    .map((arg) => textAt(arg, 'file_arg', 'path') ?? textAt(arg, 'path_arg', 'path'))
    .find((path) => path !== undefined)
}

const unset = 4_294_967_295

function processFields(prefix: string, process: JsonObject): EcsFields {
  const binary = textAt(process, 'binary')
  const given = textAt(process, 'arguments')
  const args = binary === undefined ? [] : [binary, ...wordsOf(given ?? '')]
  const uid = numberAt(process, 'uid')
  const user = prefix === 'process' ? 'user' : `${prefix}.user`
  return {
    [`${prefix}.pid`]: numberAt(process, 'pid'),
    [`${prefix}.entity_id`]: textAt(process, 'exec_id'),
    [`${prefix}.executable`]: binary,
    [`${prefix}.name`]: baseName(binary),
    [`${prefix}.args`]: args,
    [`${prefix}.args_count`]: args.length === 0 ? undefined : args.length,
    [`${prefix}.command_line`]: given === undefined ? binary : `${binary ?? ''} ${given}`,
    [`${prefix}.working_directory`]: textAt(process, 'cwd'),
    [`${prefix}.start`]: isoTime(textAt(process, 'start_time')),
    [`${user}.id`]: uid === undefined || uid === unset ? undefined : String(uid),
    [`${user}.name`]: uid === 0 ? 'root' : undefined,
  }
}

/** Arguments as they were given: those with blanks in them stand in quotes. */
function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
}

function placeFields(process: JsonObject): EcsFields {
  const pod = objectAt(process, 'pod')
  const id = textAt(pod, 'container', 'id') ?? textAt(process, 'docker')
  return {
    'container.id': id?.replace(/^\w+:\/\//, ''),
    'container.name': textAt(pod, 'container', 'name'),
    'container.image.name': textAt(pod, 'container', 'image', 'name'),
    'orchestrator.namespace': textAt(pod, 'namespace'),
    'orchestrator.resource.name': textAt(pod, 'name'),
  }
}
