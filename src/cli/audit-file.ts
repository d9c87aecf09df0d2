import { join } from 'node:path'

/** The name of the audit log in a data directory. */
export const auditFileName = 'audit.ndjson'

/** Where in a data directory it is written down who changed what. */
export function auditFileOf(dataDirectory: string): string {
  return join(dataDirectory, auditFileName)
}
