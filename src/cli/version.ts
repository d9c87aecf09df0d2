import { readFileSync } from 'node:fs'
import { isJsonObject, type JsonValue } from '#base'
import { shown } from './terminal.ts'

/** The version of this Vedette, as its package says. */
export function productVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const manifest: JsonValue = JSON.parse(text)
  return isJsonObject(manifest) ? shown(manifest['version']) : 'unknown'
}

/** What `vedette version` prints. */
export function versionText(): string {
  return `vedette ${productVersion()} (node ${process.versions.node}, ${process.platform} ${process.arch})\n`
}
