import type { RecordSource } from '../../record.ts'
import { type SourceOptions, openWorkerSource, workerScript } from '../worker-source.ts'
import { takeAudit } from './audit-control.ts'

/**
 * Opens the audit source: execs by the kernel's audit records, forks and ends by the proc connector.
 * Needs CAP_AUDIT_READ, and CAP_AUDIT_CONTROL where no audit daemon runs; throws a `forbidden` or `unavailable` fault.
 * Rules and settings are put back on close, and when the process exits without one.
 */
export async function openAuditSource(options: SourceOptions): Promise<RecordSource> {
  const control = takeAudit()
  process.once('exit', control.restore)
  const release = () => {
    process.removeListener('exit', control.restore)
    control.restore()
  }
  try {
    const script = workerScript('audit-worker', import.meta.url)
    const source = await openWorkerSource('audit', script, options)
    let lostInKernel = 0
    return {
      mode: 'audit',
      blindSpots: [
        ...source.blindSpots,
        control.foreign
          ? 'An audit daemon runs here: only the execs that its own rules report are seen.'
          : 'Without an audit daemon the kernel also writes audit records to its own log, a few a second.',
      ],
      async counters() {
        const counted = await source.counters()
        // The control socket is closed with the source; its last word stands.
        if (!control.released()) lostInKernel = control.lost()
        return {
          ...counted,
          produced: counted.produced + lostInKernel,
          lost: counted.lost + lostInKernel,
        }
      },
      async close() {
        // Our rules first, so that the reader sees the last of what they caused.
        release()
        await source.close()
      },
    }
  } catch (thrown) {
    release()
    throw thrown
  }
}
