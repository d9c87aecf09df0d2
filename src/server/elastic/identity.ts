import type { JsonObject } from '#base'

/** What the server says of itself to clients of Elasticsearch. */
export interface ElasticIdentity {
  /** Beats compare it with their own and refuse older servers. */
  readonly version: string
  readonly clusterUuid: string
}

const clusterName = 'vedette'

/** The answer of `GET /`. */
export function rootAnswer({ version, clusterUuid }: ElasticIdentity): JsonObject {
  const [major = '8'] = version.split('.')
  return {
    name: clusterName,
    cluster_name: clusterName,
    cluster_uuid: clusterUuid,
    version: {
      number: version,
      build_flavor: 'default',
      build_type: 'tar',
      build_hash: 'unknown',
      build_date: '2026-01-01T00:00:00.000Z',
      build_snapshot: false,
      lucene_version: '9.12.0',
      minimum_wire_compatibility_version: `${Number(major) - 1}.17.0`,
      minimum_index_compatibility_version: `${Number(major) - 1}.0.0`,
    },
    tagline: 'You Know, for Search',
  }
}

/** The answer of `GET /_cluster/health`: one node, nothing to wait for. */
export const clusterHealth: JsonObject = {
  cluster_name: clusterName,
  status: 'green',
  timed_out: false,
  number_of_nodes: 1,
  number_of_data_nodes: 1,
  active_primary_shards: 1,
  active_shards: 1,
  relocating_shards: 0,
  initializing_shards: 0,
  unassigned_shards: 0,
  delayed_unassigned_shards: 0,
  number_of_pending_tasks: 0,
  number_of_in_flight_fetch: 0,
  task_max_waiting_in_queue_millis: 0,
  active_shards_percent_as_number: 100,
}

/** The answer of `GET /_license`, which Beats ask for before they send. */
export function licenseAnswer({ clusterUuid }: ElasticIdentity): JsonObject {
  return {
    license: {
      status: 'active',
      uid: clusterUuid,
      type: 'basic',
      issue_date: '2026-01-01T00:00:00.000Z',
      issue_date_in_millis: 1_767_225_600_000,
      max_nodes: 1000,
      issued_to: clusterName,
      issuer: clusterName,
      start_date_in_millis: -1,
    },
  }
}

/** The answer of `GET /_xpack`, which older Beats ask for. */
export function xpackAnswer({ clusterUuid }: ElasticIdentity): JsonObject {
  return {
    build: { hash: 'unknown', date: '2026-01-01T00:00:00.000Z' },
    license: { uid: clusterUuid, type: 'basic', mode: 'basic', status: 'active' },
    features: {
      ilm: { available: false, enabled: false },
      security: { available: true, enabled: true },
    },
    tagline: 'You know, for X',
  }
}

/** The answer of `GET /_nodes`, for clients that look for more nodes: this one, under the address that they reached. */
export function nodesAnswer(
  { version, clusterUuid }: ElasticIdentity,
  {
    localAddress = '127.0.0.1',
    localPort = 0,
  }: { readonly localAddress?: string | undefined; readonly localPort?: number | undefined },
): JsonObject {
  const shownHost = localAddress.replace(/^::ffff:/, '')
  const address = `${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${localPort}`
  const node = {
    name: clusterName,
    transport_address: address,
    host: shownHost,
    ip: shownHost,
    version,
    build_flavor: 'default',
    build_type: 'tar',
    build_hash: 'unknown',
    roles: ['data', 'ingest', 'master'],
    http: {
      bound_address: [address],
      publish_address: address,
      max_content_length_in_bytes: 536_870_912,
    },
  }
  return {
    _nodes: { total: 1, successful: 1, failed: 0 },
    cluster_name: clusterName,
    nodes: { [clusterUuid]: node },
  }
}
