import { readFileSync, statSync } from 'node:fs'

/** Names of the host's users and groups. */
export interface AccountNames {
  /** The user's name, undefined where the host has none for the id. */
  user(uid: number): string | undefined
  group(gid: number): string | undefined
  /** Looks whether the files changed, at most once a second; call it once per batch of questions. */
  refresh(): void
}

/**
 * Names by `passwd` and `group` as they were at the last refresh.
 * A file that cannot be read gives no names: a process must be reported with or without them.
 */
export function accountNames(nowMs: () => number, directory = '/etc'): AccountNames {
  const users = watchedNames(`${directory}/passwd`)
  const groups = watchedNames(`${directory}/group`)
  let checkedMs = Number.NEGATIVE_INFINITY
  return {
    user: (uid) => users.names().get(uid),
    group: (gid) => groups.names().get(gid),
    refresh() {
      const now = nowMs()
      if (now - checkedMs < checkEveryMs && now >= checkedMs) return
      checkedMs = now
      users.refresh()
      groups.refresh()
    },
  }
}

const checkEveryMs = 1000

function watchedNames(path: string) {
  let namesById: ReadonlyMap<number, string> = new Map()
  let version = ''
  return {
    names: () => namesById,
    refresh() {
      const found = versionOf(path)
      if (found === version) return
      version = found
      namesById = found === '' ? new Map() : parseAccounts(readOrEmpty(path))
    },
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
