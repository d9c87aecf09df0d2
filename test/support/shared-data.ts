import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * The absolute path of a file or folder of the research data that lies beside the repository
 * (`cases/kql_eval.json`, `rules/rules`), or undefined where this clone has none.
 * `VEDETTE_SHARED_DATA` names another folder to look in.
 */
export function sharedData(relativePath: string): string | undefined {
  const root =
    process.env['VEDETTE_SHARED_DATA'] ??
    fileURLToPath(new URL('../../../shared/data/', import.meta.url))
  const path = `${root.replace(/\/$/, '')}/${relativePath}`
  return existsSync(path) ? path : undefined
}

/** Why a test that needs {@link sharedData} did not run. */
export const withoutSharedData = 'the research data (../shared/data) is not beside this clone'
