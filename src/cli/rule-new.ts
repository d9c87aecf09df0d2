import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, messageOf } from '#base'
import type { Call } from './command.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { scaffoldOf, scaffoldTypes, type ScaffoldType } from './rule-scaffold/scaffold.ts'
import { shown, type Terminal } from './terminal.ts'

/** `vedette rule new`: a folder with a rule and tests that pass. Never overwrites anything. */
export async function ruleNew(call: Call, terminal: Terminal): Promise<ExitCode> {
  const name = (call.positionals[0] ?? '').trim()
  const type = typeOf(call.text('type') ?? 'query')
  const folder = join(call.text('dir') ?? 'rules', folderNameOf(name))
  const { ruleToml, testsYaml } = scaffoldOf({ name, type, ruleId: crypto.randomUUID() })
  await makeFolder(folder)
  for (const [file, text] of [
    ['rule.toml', ruleToml],
    ['tests.yaml', testsYaml],
  ] as const) {
    const path = join(folder, file)
    await writeFile(path, text, { flag: 'wx' })
    terminal.out(`${path}\n`)
  }
  terminal.note(`next: change both, then vedette rule test ${shellWord(folder)}\n`)
  return exitCode.done
}

function typeOf(text: string): ScaffoldType {
  const found = scaffoldTypes.find((type) => type === text)
  if (found === undefined) throw usageFault(`--type is one of ${scaffoldTypes.join(', ')}`)
  return found
}

/** `Shell Started by a Web Server` lies in `shell-started-by-a-web-server`. */
function folderNameOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
  if (words === '') throw usageFault(`${shown(name)} has no letters to make a folder name of`)
  return words.slice(0, 100)
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true })
  await mkdir(folder).catch((cause: unknown) => {
    const isThere = cause instanceof Error && Reflect.get(cause, 'code') === 'EEXIST'
    throw new Fault(
      isThere ? 'conflict' : 'invalid',
      isThere ? 'rule-new.exists' : 'rule-new.no-folder',
      isThere ? `${folder} is there already` : `make ${folder}: ${messageOf(cause)}`,
      { cause },
    )
  })
}

function shellWord(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
}
