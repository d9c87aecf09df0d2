import type { WireStatus } from '#api'
import type { Side } from '../http/side.ts'
import { expositionOf, expositionType } from './exposition.ts'
import { metricsOf } from './metrics.ts'

/** `GET /metrics`: the status of the server as figures, for Prometheus and what reads as it does. */
export function metricsSide(status: () => Promise<WireStatus>): Side {
  return {
    isMeant: ({ method, segments }) =>
      (method === 'GET' || method === 'HEAD') && segments.length === 1 && segments[0] === 'metrics',
    needs: () => 'read',
    answer: async () => ({
      status: 200,
      contentType: expositionType,
      body: expositionOf(metricsOf(await status())),
    }),
  }
}
