import type { JsonObject } from '#base'
import type { Integration } from '../../integration.ts'
import { ecsDocument, streamFields, streamOf } from '../../ecs-document.ts'
import { isoTime, numberAt, objectAt, textAt, textsAt } from '../../json-values.ts'
import { jsonByLine } from '../../line-by-line.ts'

const dataset = 'falco.alerts'

/** What Falco writes with `json_output: true`. */
export const falco: Integration = {
  name: 'falco',
  title: 'alerts of Falco (json_output): its rule, its priority, the process and the container',
  streams: [`logs-${dataset}`],
  joinsLines: false,
  isMeant: (line) => /^\{.*"rule":\s?"/s.test(line) && /"(output_fields|priority)":/.test(line),
  reader: jsonByLine((record) => {
    const rule = textAt(record, 'rule')
    if (rule === undefined) return 'it is no alert of Falco: rule is missing'
    const time = isoTime(textAt(record, 'time'))
    if (time === undefined) return 'time is missing or no date'
    return { index: streamOf(dataset), source: documentOf(record, { rule, time }) }
  }),
}

/** Priorities, the worst first, and what they are from 0 to 100. */
const severities: { readonly [priority: string]: number } = {
  emergency: 99,
  alert: 90,
  critical: 80,
  error: 73,
  warning: 47,
  notice: 30,
  informational: 21,
  info: 21,
  debug: 10,
}

function documentOf(
  record: JsonObject,
  { rule, time }: { readonly rule: string; readonly time: string },
): JsonObject {
  const fields = objectAt(record, 'output_fields')
  const text = (name: string) => textAt(fields, name)
  const priority = textAt(record, 'priority')?.toLowerCase()
  const tags = textsAt(record, 'tags')
  const container = text('container.id')
  return ecsDocument({
    '@timestamp': time,
    ...streamFields(dataset),
    'event.kind': 'alert',
    'event.category': ['intrusion_detection'],
    'event.type': ['info'],
    'event.action': text('evt.type'),
    'event.severity':
      priority !== undefined && Object.hasOwn(severities, priority)
        ? severities[priority]
        : undefined,
    'event.provider': textAt(record, 'source'),
    message: textAt(record, 'output'),
    'rule.name': rule,
    'log.level': priority,
    tags,
    'threat.technique.id': tags.filter((tag) => /^T\d{4}(\.\d{3})?$/.test(tag)),
    'host.name': textAt(record, 'hostname'),
    'host.os.type': 'linux',
    'user.name': text('user.name'),
    'user.id': text('user.uid'),
    'process.name': text('proc.name'),
    'process.executable': text('proc.exepath'),
    'process.command_line': text('proc.cmdline'),
    'process.pid': numberAt(fields, 'proc.pid'),
    'process.working_directory': text('proc.cwd'),
    'process.parent.name': text('proc.pname'),
    'process.parent.executable': text('proc.pexepath'),
    'process.parent.command_line': text('proc.pcmdline'),
    'process.parent.pid': numberAt(fields, 'proc.ppid'),
    'file.path': text('fd.name')?.startsWith('/') === true ? text('fd.name') : undefined,
    'container.id': container === 'host' ? undefined : container,
    'container.name': container === 'host' ? undefined : text('container.name'),
    'container.image.name': text('container.image.repository'),
    'container.image.tag': text('container.image.tag'),
    'orchestrator.namespace': text('k8s.ns.name'),
    'orchestrator.resource.name': text('k8s.pod.name'),
    'falco.priority': priority,
    'falco.source': textAt(record, 'source'),
  })
}
