import type { RecordSource } from '../../record.ts'
import { type SourceOptions, openWorkerSource, workerScript } from '../worker-source.ts'

/**
 * Opens the audit source: execs by the kernel's audit records, forks and ends by the proc connector.
 * Needs CAP_AUDIT_READ, and CAP_AUDIT_CONTROL where no audit daemon runs; throws a `forbidden` or `unavailable` fault.
 */
export function openAuditSource(options: SourceOptions): Promise<RecordSource> {
  return openWorkerSource('audit', workerScript('audit-worker', import.meta.url), options)
}
