import { readFileSync, statSync } from 'node:fs'

/** Names of the host's users and groups. */
export interface AccountNames {
  /** The user's name, undefined where the host has none for the id. */
  user(uid: number): string | undefined
  group(gid: number): string | undefined
}

/**
 * Names by `passwd` and `group`, read again when the files change, checked at most once a second.
 * A file that cannot be read gives no names: a process must be reported with or without them.
 */
export function accountNames(nowMs: () => number, directory = '/etc'): AccountNames {
  const users = watchedNames(`${directory}/passwd`, nowMs)
  const groups = watchedNames(`${directory}/group`, nowMs)
  return { user: (uid) => users().get(uid), group: (gid) => groups().get(gid) }
}

const checkEveryMs = 1000

function watchedNames(path: string, nowMs: () => number): () => ReadonlyMap<number, string> {
  let namesById: ReadonlyMap<number, string> = new Map()
  let version = ''
  let checkedMs = Number.NEGATIVE_INFINITY
  return () => {
    const now = nowMs()
    if (now - checkedMs < checkEveryMs && now >= checkedMs) return namesById
    checkedMs = now
    const found = versionOf(path)
    if (found === version) return namesById
    version = found
    namesById = found === '' ? new Map() : parseAccounts(readOrEmpty(path))
    return namesById
  }
}

/** Ids to names of a colon-separated account file; the first line of an id wins, as in libc. */
export function parseAccounts(text: string): ReadonlyMap<number, string> {
  const namesById = new Map<number, string>()
  for (const line of text.split('\n')) {
    const [name, , id] = line.split(':')
    if (!name || !id || !/^\d+$/.test(id) || namesById.has(Number(id))) continue
    namesById.set(Number(id), name)
  }
  return namesById
}

function versionOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true })
  return found === undefined ? '' : `${found.mtimeNs}/${found.ino}/${found.size}`
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Gone or unreadable since the check: the next check sees another version.
    return ''
  }
}
