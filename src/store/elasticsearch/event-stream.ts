import { isJsonObject, type JsonObject, type JsonValue } from '#base'
import type { FieldCatalogue } from '#event'
import type { Cluster } from './cluster.ts'
import { eventIndexing, eventMappings, type EventIndexing } from './event-mapping.ts'
import { objectAt, objectsAt, textAt } from './reply.ts'

/**
 * Makes the index template of a stream of events, and the stream where there is none yet. Gives what may be asked of all
 * of its indices by value: older ones may have been made for fewer fields, or for others.
 */
export async function prepareStream(
  cluster: Cluster,
  stream: string,
  fields: FieldCatalogue,
): Promise<EventIndexing> {
  const indexing = eventIndexing(fields)
  const mappings = eventMappings(fields)
  const wanted = versionOf(mappings)
  const isThere = await hasStream(cluster, stream)
  const found = isThere ? await mappingsOf(cluster, stream) : []
  if (found.length > 0 && found.every((each) => versionOf(each) === wanted)) return indexing
  await putTemplate(cluster, stream, mappings)
  await cluster.request({
    doing: isThere ? `begin a new index of ${stream}` : `make ${stream}`,
    method: isThere ? 'POST' : 'PUT',
    path: isThere ? `/${stream}/_rollover` : `/_data_stream/${stream}`,
  })
  return (field) => {
    const type = propertyOf(mappings, field)
    const isEverywhere = found.every((each) => propertyOf(each, field) === type)
    return isEverywhere ? indexing(field) : undefined
  }
}

async function hasStream(cluster: Cluster, stream: string): Promise<boolean> {
  const { status, body } = await cluster.request({
    doing: `look for ${stream}`,
    method: 'GET',
    path: `/_data_stream/${stream}`,
    accept: [404],
  })
  return status !== 404 && objectsAt(body, 'data_streams').length > 0
}

async function mappingsOf(cluster: Cluster, stream: string): Promise<readonly JsonObject[]> {
  const doing = `read the mapping of ${stream}`
  const { body } = await cluster.request({ doing, method: 'GET', path: `/${stream}/_mapping` })
  return Object.values(body)
    .filter(isJsonObject)
    .map((index) => objectAt(index, 'mappings'))
}

async function putTemplate(cluster: Cluster, stream: string, mappings: JsonObject): Promise<void> {
  const index = {
    number_of_shards: 1,
    auto_expand_replicas: '0-1',
    refresh_interval: '1s',
    mapping: { total_fields: { limit: 10_000 } },
  }
  await cluster.request({
    doing: `make the template of ${stream}`,
    method: 'PUT',
    path: `/_index_template/${stream}`,
    body: {
      index_patterns: [stream],
      data_stream: {},
      priority: 500,
      template: { settings: { index }, mappings },
    },
  })
}

function versionOf(mappings: JsonObject): string {
  return textAt(mappings, '_meta', 'version')
}

/** How a mapping has a field, as a text to compare; undefined where it has it not. */
function propertyOf(mappings: JsonObject, field: string): string | undefined {
  const path = field.split('.').flatMap((part) => ['properties', part])
  let value: JsonValue | undefined = mappings
  for (const part of path) value = isJsonObject(value) ? value[part] : undefined
  if (!isJsonObject(value)) return undefined
  return `${textAt(value, 'type')} ${JSON.stringify(value['ignore_above'] ?? null)}`
}
