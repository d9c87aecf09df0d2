import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The identity of an installation: made at the first start, then always the same. */
export async function instanceIdOf(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, 'instance')
  const found = await readFile(path, 'utf8').catch(() => '')
  if (/^[0-9a-f-]{36}$/.test(found.trim())) return found.trim()
  const id = randomUUID()
  await writeFile(path, `${id}\n`, { mode: 0o600, flush: true })
  return id
}
