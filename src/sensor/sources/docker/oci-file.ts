import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { messageOf, type Clock, type JsonValue, type Result } from '#base'

// A few kilobytes are usual; a thousand mounts make a few hundred.
const maxOciBytes = 4 * 1024 * 1024

const pausesMs: readonly number[] = [0, 2, 5, 13, 30]

/**
 * Reads a JSON file that a runtime was just told of: tries each path, and tries all of them again for 50 ms,
 * because a runtime may be quicker or slower than its engine. Only regular files of at most 4 MiB: the path is
 * a stranger's word.
 */
export async function readOciFile(
  paths: readonly string[],
  clock: Clock,
): Promise<Result<JsonValue, string>> {
  let why = 'no path to read'
  for (const pauseMs of pausesMs) {
    if (pauseMs > 0) await clock.sleep(pauseMs)
    for (const path of paths) {
      const read = await readOnce(path)
      if (read.ok) return read
      why = read.error
    }
  }
  return { ok: false, error: why }
}

// Names a file without opening it: opening a stranger's path could set off a device. Node has no name for it.
const pathOnly = 0o10000000

async function readOnce(path: string): Promise<Result<JsonValue, string>> {
  try {
    await using named = await open(path, pathOnly)
    const facts = await named.stat()
    if (!facts.isFile()) return { ok: false, error: `${path} is no regular file` }
    if (facts.size > maxOciBytes) {
      return { ok: false, error: `${path} has more than ${maxOciBytes} bytes` }
    }
    await using file = await open(`/proc/self/fd/${named.fd}`, constants.O_RDONLY)
    const buffer = Buffer.alloc(facts.size)
    const { bytesRead } = await file.read(buffer, 0, facts.size, 0)
    return { ok: true, value: JSON.parse(buffer.toString('utf8', 0, bytesRead)) as JsonValue }
  } catch (thrown) {
    return { ok: false, error: `${path}: ${messageOf(thrown)}` }
  }
}
