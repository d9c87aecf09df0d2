import type { RecordSource } from '../../record.ts'
import { type SourceOptions, openWorkerSource, workerScript } from '../worker-source.ts'

export { readProcess } from './read-process.ts'
export { snapshot } from './snapshot.ts'

/**
 * Opens the proc connector: the kernel tells pids of forks, execs and exits, `/proc` the rest.
 * Needs CAP_NET_ADMIN in the initial namespaces; throws a `forbidden` or `unavailable` fault.
 */
export function openProcSource(options: SourceOptions): Promise<RecordSource> {
  return openWorkerSource('proc', workerScript('proc-worker', import.meta.url), options)
}
