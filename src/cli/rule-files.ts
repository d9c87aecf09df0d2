import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, messageOf } from '#base'
import { readRules, ruleFormats, type RuleFileReading } from '#rule'

/** A file of rules, read. */
export interface LoadedRuleFile {
  readonly path: string
  /** What the diagnostics' spans count in; empty where the file is not UTF-8. */
  readonly text: string
  readonly reading: RuleFileReading
}

/** Files that could not be read at all, with the reason. */
interface UnreadableFile {
  readonly path: string
  readonly reason: string
}

/** What lay at some paths. */
export interface LoadedRules {
  readonly files: readonly LoadedRuleFile[]
  readonly unreadable: readonly UnreadableFile[]
}

const extensions = ruleFormats.flatMap((format) => format.extensions)

/**
 * Reads rule files: each path a file, or a directory that is searched for files of every rule format,
 * in order of name. One bad file never stops the others. Faults: `not-found` for a path that is not there.
 */
export async function loadRuleFiles(paths: readonly string[]): Promise<LoadedRules> {
  const files: LoadedRuleFile[] = []
  const unreadable: UnreadableFile[] = []
  for (const path of await filesAt(paths)) {
    const bytes = await readFile(path).catch((thrown: unknown) => messageOf(thrown))
    if (typeof bytes === 'string') unreadable.push({ path, reason: bytes })
    else files.push({ path, text: bytes.toString('utf8'), reading: readRules(bytes, { path }) })
  }
  return { files, unreadable }
}

async function filesAt(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const path of paths) {
    const facts = await stat(path).catch((cause: unknown) => {
      throw new Fault('not-found', 'cli.no-such-path', `there is nothing at ${path}`, { cause })
    })
    if (!facts.isDirectory()) found.push(path)
    else found.push(...(await filesBelow(path)))
  }
  return [...new Set(found)]
}

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile() && extensions.some((end) => entry.name.endsWith(end)))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}
