import type { ProcessChain } from './process-chain.ts'
import { anyOf, type Reading } from './reading.ts'

const monthMs = 30 * 86_400_000
/** The page of an alert waits for it: what takes longer is left out, and said so by its absence. */
const mostMs = 400
const maxPrograms = 40

/** The chain with how often each program of it was started in 30 days, where that can be counted in time. */
export async function withStarts(
  chain: ProcessChain,
  { events, context, signal }: Reading,
): Promise<ProcessChain> {
  const programs = [...new Set(chain.processes.map(({ executable }) => executable))]
    .filter((path) => path !== '')
    .slice(0, maxPrograms)
  if (programs.length === 0) return chain
  const limit = AbortSignal.timeout(mostMs)
  const counted = await events
    .topValues({
      indices: ['logs-*'],
      filter: {
        kind: 'and',
        of: [anyOf('process.executable', programs), anyOf('event.action', ['exec'])],
      },
      context,
      time: {
        fields: { primary: '@timestamp' },
        fromMs: context.nowMs - monthMs,
        toMs: context.nowMs,
      },
      field: 'process.executable',
      limit: maxPrograms,
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    })
    .catch((thrown: unknown) => {
      if (limit.aborted) return undefined
      throw thrown
    })
  if (counted === undefined) return chain
  const starts = new Map(counted.values.map(({ value, events: count }) => [value, count]))
  return {
    ...chain,
    processes: chain.processes.map((process) =>
      process.executable === ''
        ? process
        : { ...process, starts: starts.get(process.executable) ?? 0 },
    ),
  }
}
