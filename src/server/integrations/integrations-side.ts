import { Fault, visibleText, type Clock } from '#base'
import { integrations, type Integration } from '#integration'
import type { BulkLimits } from '../bulk/receive.ts'
import { bodyOf, type BodyLimits } from '../http/body.ts'
import type { Exchange } from '../http/exchange.ts'
import type { InFlight } from '../http/in-flight.ts'
import type { Side } from '../http/side.ts'
import type { Ingest } from '../ingest.ts'
import { receiveLines } from './receive-lines.ts'

const maxBatchName = 512

/**
 * `POST /api/ingest/INTEGRATION`: lines in the format of an integration, as they stand in its log; `GET /api/ingest`
 * lists them. `?batch=NAME` makes sending again harmless.
 */
export function integrationsSide({
  ingest,
  clock,
  bulkLimits,
  bodyLimits,
  inFlight,
}: {
  readonly ingest: Ingest
  readonly clock: Clock
  readonly bulkLimits: BulkLimits
  readonly bodyLimits: BodyLimits
  /** Shared with bulk requests: they hold as much memory. */
  readonly inFlight: InFlight
}): Side {
  return {
    isMeant: ({ segments }) => segments[0] === 'api' && segments[1] === 'ingest',
    needs: ({ method }) => (method === 'GET' || method === 'HEAD' ? 'any-role' : 'ingest'),
    async answer(exchange) {
      const { method, segments, request, query, caller, signal } = exchange
      const isReading = method === 'GET' || method === 'HEAD'
      if (isReading && segments.length === 2) return { status: 200, body: listed }
      const integration = integrationOf(exchange)
      const batch = batchOf(query)
      const startedMs = clock.nowMs()
      const leave = await inFlight.enter(signal)
      try {
        const result = await receiveLines(bodyOf(request, bodyLimits), {
          integration,
          ingest,
          clock,
          limits: bulkLimits,
          caller,
          batch,
        })
        const { kept, known, refused, reasons } = result
        if (kept + known + refused === 0) {
          throw new Fault('invalid', 'lines.empty', 'the body has no lines with anything on them')
        }
        return {
          status: 200,
          body: {
            took: clock.nowMs() - startedMs,
            errors: refused > 0,
            kept,
            known,
            refused,
            reasons,
          },
        }
      } finally {
        leave()
      }
    },
  }
}

const listed = {
  integrations: integrations.map(({ name, title, streams }) => ({ name, title, streams })),
}

function integrationOf({ method, segments }: Exchange): Integration {
  const [, , name = '', ...rest] = segments
  const integration = integrations.find((each) => each.name === name)
  if (method === 'POST' && integration !== undefined && rest.length === 0) return integration
  const known = integrations.map((each) => each.name).join(', ')
  throw new Fault(
    'not-found',
    'lines.no-such-integration',
    `${method} /${visibleText(segments.join('/').slice(0, 200))} is not spoken: lines go to POST /api/ingest/INTEGRATION, which is one of ${known}`,
  )
}

function batchOf(query: URLSearchParams): string | undefined {
  const batch = query.get('batch') ?? undefined
  if (batch === undefined || (batch !== '' && batch.length <= maxBatchName)) return batch
  throw new Fault(
    'invalid',
    'lines.batch-name',
    `[batch] must have 1 to ${maxBatchName} characters: a name that no other request has`,
  )
}
