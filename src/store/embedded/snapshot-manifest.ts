import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, isJsonObject, messageOf } from '#base'

/** One file of a snapshot, by its path in a data directory. */
export interface SnapshotFile {
  readonly path: string
  readonly bytes: number
  /** SHA-256, hex. */
  readonly sha256: string
}

/** What a snapshot says of itself; written last, so that a snapshot without it is none. */
export interface SnapshotManifest {
  readonly format: 'vedette-snapshot'
  readonly version: 1
  /** ISO 8601. */
  readonly made_at: string
  readonly files: readonly SnapshotFile[]
}

/** The name of the manifest in a snapshot. */
export const manifestName = 'snapshot.json'

/** Reads the manifest of a snapshot. Faults: `not-found` where there is none, `invalid` where it is not ours. */
export async function readManifest(snapshot: string): Promise<SnapshotManifest> {
  const path = join(snapshot, manifestName)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Fault(
      'not-found',
      'snapshot.none',
      `${snapshot} is no snapshot, or one that was not finished: cannot read ${path}: ${messageOf(cause)}`,
      { cause },
    )
  })
  const manifest = manifestOf(text)
  if (manifest !== undefined) return manifest
  throw new Fault(
    'invalid',
    'snapshot.unknown-format',
    `${path} is not the manifest of a snapshot that this Vedette knows`,
  )
}

function manifestOf(text: string): SnapshotManifest | undefined {
  const value = parsed(text)
  if (!isJsonObject(value) || value['format'] !== 'vedette-snapshot' || value['version'] !== 1) {
    return undefined
  }
  const { made_at, files } = value
  if (typeof made_at !== 'string' || !Array.isArray(files)) return undefined
  const known = files.flatMap((file) => fileOf(file))
  return known.length === files.length
    ? { format: 'vedette-snapshot', version: 1, made_at, files: known }
    : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Whatever is no JSON is no manifest.
    return undefined
  }
}

/** Paths that lead out of a directory are none of ours. */
const innerPath = /^(?:[a-z-]+\/)?[A-Za-z0-9][\w.-]*$/

function fileOf(value: unknown): readonly SnapshotFile[] {
  if (!isJsonObject(value)) return []
  const { path, bytes, sha256 } = value
  if (typeof path !== 'string' || !innerPath.test(path)) return []
  if (typeof bytes !== 'number' || typeof sha256 !== 'string') return []
  return [{ path, bytes, sha256 }]
}
