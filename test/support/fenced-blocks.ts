import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * What a fenced block of a document means to a machine, by the words after its fence:
 *
 * - `sh`: is executed by bash, and must end with 0, or with N where `exit=N` follows.
 * - `sh needs=PROGRAM`: is executed where that program is on the path, and passed over elsewhere, which is told.
 * - `… file=PATH`: is written to that path first, whatever its language.
 * - `text output`: every line of it must be in what the `sh` block before it printed, either stream.
 *
 * Blocks of a document share one empty folder. Others are for the reader alone.
 */
export interface FencedBlock {
  readonly words: readonly string[]
  readonly text: string
  /** Line of the opening fence, from 1. */
  readonly line: number
}

/** The fenced blocks of a Markdown text, in order; those within lists too. */
export function fencedBlocks(markdown: string): readonly FencedBlock[] {
  const blocks: FencedBlock[] = []
  let open: { indent: number; words: readonly string[]; line: number; lines: string[] } | undefined
  for (const [at, line] of markdown.split('\n').entries()) {
    const fence = /^(?<indent> *)```(?<info>.*)$/.exec(line)?.groups
    if (open === undefined) {
      if (fence === undefined) continue
      const words = (fence['info'] ?? '').split(' ').filter((word) => word !== '')
      open = { indent: fence['indent']?.length ?? 0, words, line: at + 1, lines: [] }
    } else if (fence?.['info'] === '') {
      const { words, line: first, lines } = open
      blocks.push({ words, line: first, text: `${lines.join('\n')}\n` })
      open = undefined
    } else open.lines.push(line.slice(open.indent))
  }
  return blocks
}

/** What became of one block that does something. */
export interface BlockOutcome {
  readonly line: number
  /** What is not as the document says; empty where all is well. */
  readonly problem: string
  /** The program for want of which it was passed over. */
  readonly missing?: string
}

/** Does what the blocks of a document say, in order, and stops at the first that does not hold. */
export async function runDocument(path: string): Promise<readonly BlockOutcome[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-document-'))
  const environment = await environmentIn(folder)
  try {
    const outcomes: BlockOutcome[] = []
    // Undefined after a block that was passed over: nothing can be said of its output.
    let printed: string | undefined = ''
    for (const block of fencedBlocks(await readFile(path, 'utf8'))) {
      const [language] = block.words
      const file = optionOf(block, 'file')
      const missing = missingProgram(optionOf(block, 'needs'), environment)
      if (missing !== undefined) {
        outcomes.push({ line: block.line, problem: '', missing })
        printed = undefined
        continue
      }
      let problem = ''
      if (file !== undefined) await writeBelow(join(folder, 'work'), file, block.text)
      else if (language === 'sh') {
        const ended = await shell(block.text, environment)
        printed = ended.printed
        const wanted = Number(optionOf(block, 'exit') ?? 0)
        if (ended.code !== wanted) problem = `exit code ${ended.code}, not ${wanted}:\n${printed}`
      } else if (block.words.includes('output')) {
        problem = printed === undefined ? '' : missingFrom(printed, block.text)
      } else continue
      outcomes.push({ line: block.line, problem })
      if (problem !== '') break
    }
    return outcomes
  } finally {
    endAll(environment.groups)
    await rm(folder, { recursive: true, force: true })
  }
}

/** Ends what blocks left running in the background, and did not end themselves. */
function endAll(groups: readonly number[]): void {
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL')
    } catch {
      // Nothing of the group runs any more.
    }
  }
}

function missingProgram(name: string | undefined, { env }: Environment): string | undefined {
  if (name === undefined) return undefined
  const places = [...(env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return places.some((place) => existsSync(join(place, name))) ? undefined : name
}

function optionOf({ words }: FencedBlock, name: string): string | undefined {
  return words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1)
}

async function writeBelow(folder: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}

interface Environment {
  /** Process groups of the blocks that were executed. */
  readonly groups: number[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

/** A folder to work in, and `vedette` as a command. */
async function environmentIn(folder: string): Promise<Environment> {
  const bin = fileURLToPath(new URL('../../bin/vedette.mjs', import.meta.url))
  await writeBelow(folder, 'bin/vedette', `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`)
  await chmod(join(folder, 'bin/vedette'), 0o755)
  await mkdir(join(folder, 'work'))
  const path = [join(folder, 'bin'), dirname(process.execPath), process.env['PATH']]
  return {
    groups: [],
    cwd: join(folder, 'work'),
    env: { ...process.env, PATH: path.join(delimiter), NO_COLOR: '1', VEDETTE_DATA: '' },
  }
}

async function shell(
  script: string,
  { cwd, env, groups }: Environment,
): Promise<{ readonly code: number | null; readonly printed: string }> {
  const child = spawn('bash', ['-eo', 'pipefail', '-c', script], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (child.pid !== undefined) groups.push(child.pid)
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  await once(child, 'close')
  return { code: child.exitCode, printed }
}

/** Spaces count as one: a table may be wider than the page. */
function missingFrom(printed: string, expected: string): string {
  const plain = (text: string) => text.replaceAll(/[ \t]+/g, ' ').trim()
  const there = plain(printed)
  const missing = expected
    .split('\n')
    .map(plain)
    .filter((line) => line !== '' && line !== '…' && !there.includes(line))
  return missing.length === 0 ? '' : `not printed:\n${missing.join('\n')}\nbut:\n${printed}`
}
