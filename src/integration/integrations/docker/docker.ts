import type { JsonObject } from '#base'
import type { Integration } from '../../integration.ts'
import { ecsDocument, streamFields, streamOf } from '../../ecs-document.ts'
import { isoTime, numberAt, objectAt, textAt } from '../../json-values.ts'
import { jsonByLine } from '../../line-by-line.ts'

const dataset = 'docker.events'

/** What `docker events --format json` and the engine's API tell. */
export const docker: Integration = {
  name: 'docker',
  title:
    'docker events --format json: what the engine did with containers, images, networks, volumes',
  streams: [`logs-${dataset}`],
  joinsLines: false,
  isMeant: (line) =>
    /^\{.*"Type":".*"Action":"|^\{.*"Action":".*"Actor":/.test(line.slice(0, 4_096)),
  reader: jsonByLine((record) => {
    const sort = textAt(record, 'Type')
    const action = textAt(record, 'Action') ?? textAt(record, 'status')
    if (sort === undefined || action === undefined) {
      return 'it is no event of the engine: Type and Action are missing'
    }
    const time = timeOf(record)
    if (time === undefined) return 'timeNano and time are missing, or no time'
    return { index: streamOf(dataset), source: documentOf(record, { sort, action, time }) }
  }),
}

function timeOf(record: JsonObject): string | undefined {
  const nanos = Number(textAt(record, 'timeNano'))
  if (nanos > 0) return isoTime(Math.round(nanos / 1e6))
  const seconds = numberAt(record, 'time')
  return seconds === undefined ? undefined : isoTime(seconds * 1000)
}

/** What happened, by the first word of an action: `exec_create: sh -c id`. */
const typeByVerb: { readonly [verb: string]: readonly string[] } = {
  create: ['creation'],
  start: ['start'],
  restart: ['start'],
  die: ['end'],
  destroy: ['deletion'],
  remove: ['deletion'],
  delete: ['deletion'],
  exec_create: ['info'],
  exec_start: ['start'],
  exec_die: ['end'],
  attach: ['access'],
  copy: ['access'],
  pull: ['creation'],
  load: ['creation'],
  import: ['creation'],
  update: ['change'],
  rename: ['change'],
  mount: ['access'],
  connect: ['connection', 'start'],
  disconnect: ['connection', 'end'],
}

/** Attributes that are no labels of the container. */
const known = new Set(['image', 'name', 'exitCode', 'execID', 'signal', 'execDuration'])

function documentOf(
  record: JsonObject,
  { sort, action, time }: { readonly sort: string; readonly action: string; readonly time: string },
): JsonObject {
  const [verb = action, command] = action.split(/: (.*)/s)
  const attributes = objectAt(record, 'Actor', 'Attributes')
  const id = textAt(record, 'Actor', 'ID') ?? textAt(record, 'id')
  const isContainer = sort === 'container'
  const image = isContainer ? (textAt(attributes, 'image') ?? textAt(record, 'from')) : undefined
  const exitCode = numberAt(attributes, 'exitCode')
  const labels = Object.entries(attributes).filter(([name]) => !known.has(name))
  return ecsDocument({
    '@timestamp': time,
    ...streamFields(dataset),
    'event.kind': 'event',
    'event.category': isContainer
      ? ['container']
      : sort === 'network'
        ? ['network']
        : ['configuration'],
    'event.type': Object.hasOwn(typeByVerb, verb) ? typeByVerb[verb] : ['info'],
    'event.action': `${sort}-${verb}`,
    'event.outcome': exitCode === undefined ? 'success' : exitCode === 0 ? 'success' : 'failure',
    'host.os.type': 'linux',
    'container.runtime': 'docker',
    'container.id': isContainer ? id : textAt(attributes, 'container'),
    'container.name': isContainer ? textAt(attributes, 'name') : undefined,
    'container.image.name': image,
    'container.labels': labels.length > 0 && isContainer ? Object.fromEntries(labels) : undefined,
    'process.exit_code': exitCode,
    'docker.type': sort,
    'docker.action': action.slice(0, 1_024),
    'docker.actor.id': id,
    'docker.exec.id': textAt(attributes, 'execID'),
    'docker.exec.command_line': command,
    'docker.scope': textAt(record, 'scope'),
  })
}
