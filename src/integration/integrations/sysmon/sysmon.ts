import type { JsonObject } from '#base'
import type { Integration } from '../../integration.ts'
import {
  addressIn,
  baseName,
  ecsDocument,
  numberIn,
  streamFields,
  streamOf,
  type EcsFields,
} from '../../ecs-document.ts'
import { isoTime } from '../../json-values.ts'
import { lineByLine } from '../../line-by-line.ts'
import { sysmonEventOf, type SysmonEvent } from './sysmon-event.ts'

const dataset = 'sysmon_linux.log'

/** Sysmon for Linux: events in XML, as they come through syslog or the journal. */
export const sysmon: Integration = {
  name: 'sysmon',
  title: 'Sysmon for Linux: its events in XML within lines of syslog',
  streams: [`logs-${dataset}`],
  joinsLines: false,
  isMeant: (line) => /<Event[ >].{0,200}Linux-Sysmon/s.test(line.slice(0, 2_048)),
  reader: lineByLine((line) => {
    const event = sysmonEventOf(line)
    if (typeof event === 'string') return event
    const time = isoTime(event.time)
    if (time === undefined) return 'its SystemTime is missing or no date'
    return { index: streamOf(dataset), source: documentOf(event, time) }
  }),
}

interface Meaning {
  readonly action: string
  readonly category: string
  readonly type: readonly string[]
}

/** By the number of the event. */
const meanings: { readonly [id: string]: Meaning } = {
  '1': { action: 'exec', category: 'process', type: ['start'] },
  '3': { action: 'connection_attempted', category: 'network', type: ['connection', 'start'] },
  '4': { action: 'sysmon-state', category: 'configuration', type: ['change'] },
  '5': { action: 'end', category: 'process', type: ['end'] },
  '9': { action: 'raw-access', category: 'file', type: ['access'] },
  '11': { action: 'creation', category: 'file', type: ['creation'] },
  '16': { action: 'sysmon-configuration', category: 'configuration', type: ['change'] },
  '23': { action: 'deletion', category: 'file', type: ['deletion'] },
}

function documentOf({ id, computer, data }: SysmonEvent, time: string): JsonObject {
  const known = Object.hasOwn(meanings, id) ? meanings[id] : undefined
  const { action, category, type } = known ?? {
    action: `sysmon-${id}`,
    category: 'host',
    type: ['info'],
  }
  const of = (name: string): string | undefined => {
    const value = data.get(name)
    return value === undefined || value === '-' ? undefined : value
  }
  return ecsDocument({
    '@timestamp': time,
    ...streamFields(dataset),
    'event.kind': 'event',
    'event.code': id,
    'event.provider': 'Linux-Sysmon',
    'event.category': [category],
    'event.type': type,
    'event.action': action,
    'host.name': computer,
    'host.os.type': 'linux',
    'user.name': of('User'),
    ...processFields(of, id),
    'file.path': of('TargetFilename'),
    'file.name': baseName(of('TargetFilename')),
    ...(id === '3' && connectionFields(of)),
    'rule.name': of('RuleName'),
  })
}

type Values = (name: string) => string | undefined

function processFields(of: Values, id: string): EcsFields {
  const command = of('CommandLine')
  const parentCommand = of('ParentCommandLine')
  return {
    'process.pid': numberIn(of('ProcessId')),
    'process.entity_id': of('ProcessGuid'),
    'process.executable': of('Image'),
    'process.name': baseName(of('Image')),
    'process.command_line': command,
    // The event has no list of arguments: these are the words of its command line.
    'process.args': id === '1' ? wordsOf(command) : undefined,
    'process.working_directory': of('CurrentDirectory'),
    'process.parent.pid': numberIn(of('ParentProcessId')),
    'process.parent.entity_id': of('ParentProcessGuid'),
    'process.parent.executable': of('ParentImage'),
    'process.parent.name': baseName(of('ParentImage')),
    'process.parent.command_line': parentCommand,
    'process.parent.args': wordsOf(parentCommand),
  }
}

function wordsOf(command: string | undefined): readonly string[] {
  return command?.split(/\s+/).filter((word) => word !== '') ?? []
}

function connectionFields(of: Values): EcsFields {
  const isOurs = of('Initiated') !== 'false'
  return {
    'source.ip': addressIn(of('SourceIp')),
    'source.port': numberIn(of('SourcePort')),
    'destination.ip': addressIn(of('DestinationIp')),
    'destination.port': numberIn(of('DestinationPort')),
    'destination.domain': of('DestinationHostname'),
    'network.transport': of('Protocol'),
    'network.direction': isOurs ? 'egress' : 'ingress',
  }
}
