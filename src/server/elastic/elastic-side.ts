import type { Clock } from '#base'
import type { EventStore } from '#store'
import type { BulkLimits } from '../bulk/receive.ts'
import type { BodyLimits } from '../http/body.ts'
import type { InFlight } from '../http/in-flight.ts'
import type { Ingest } from '../ingest.ts'
import type { CreatedIndices } from './created-indices.ts'
import type { ElasticIdentity } from './identity.ts'

/** What the Elasticsearch-like side of the server works with. */
export interface ElasticSide {
  readonly identity: ElasticIdentity
  readonly ingest: Ingest
  readonly events: EventStore
  readonly clock: Clock
  readonly bulkLimits: BulkLimits
  readonly bodyLimits: BodyLimits
  readonly inFlight: InFlight
  readonly created: CreatedIndices
}
