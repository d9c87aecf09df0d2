import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { matcherMutations } from './mutate-matcher/mutations.ts'

const usage = `Usage: node scripts/mutate-matcher.ts [--only TEXT]

Breaks each optimisation of the compiled rule set on purpose, in a copy of the tree, and runs its agreement
tests against the broken one: they must fail each time. A change that they do not notice is a survivor.

  --only TEXT  only changes whose description has this text in it

Exit status: 0 when every change is noticed; 1 when one survives or does not apply.`

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, help: { type: 'boolean', short: 'h' } },
})
if (values.help === true) {
  console.log(usage)
  process.exit(0)
}

const root = fileURLToPath(new URL('..', import.meta.url))
let survivors = 0
for (const mutation of matcherMutations) {
  if (!mutation.breaks.includes(values.only)) continue
  const verdict = isNoticed(mutation) ? 'noticed' : 'SURVIVED'
  if (verdict !== 'noticed') survivors++
  console.log(`${verdict}: ${mutation.breaks}`)
}
process.exit(survivors === 0 ? 0 : 1)

function isNoticed({ file, from, to, tests }: (typeof matcherMutations)[number]): boolean {
  const copy = mkdtempSync(join(tmpdir(), 'vedette-mutant-'))
  try {
    for (const part of ['src', 'test', 'package.json', 'vitest.config.ts', 'tsconfig.json']) {
      cpSync(join(root, part), join(copy, part), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    const path = join(copy, file)
    const text = readFileSync(path, 'utf8')
    const changed = text.replace(from, () => to)
    if (changed === text) throw new Error(`${file} has nothing like: ${from}`)
    writeFileSync(path, changed)
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const run = spawnSync(
      process.execPath,
      [vitest, 'run', '--bail', '1', '--project', 'rooms', ...tests],
      {
        cwd: copy,
        encoding: 'utf8',
      },
    )
    if (!/Tests .*\d/.test(run.stdout)) throw new Error(`no test ran:\n${run.stdout}${run.stderr}`)
    return run.status !== 0
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
