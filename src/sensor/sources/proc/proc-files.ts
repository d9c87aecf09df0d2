import { readFileSync, readlinkSync, statSync } from 'node:fs'

// Every reader here meets processes that are gone: that is an answer, not an error.

/** The text of a file, undefined when it cannot be read. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Where a link points, undefined when it cannot be read. */
export function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

/** What kind of file this is, undefined when it cannot be reached. */
export function statOf(path: string) {
  try {
    return statSync(path, { bigint: true })
  } catch {
    return undefined
  }
}
