import { join } from 'node:path'

/** Where in a data directory it is written down who changed what. */
export function auditFileOf(dataDirectory: string): string {
  return join(dataDirectory, 'audit.ndjson')
}
