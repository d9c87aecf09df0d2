import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'

/** The example workflow, with its steps run as a runner would, in a repository that looks like a user's. */

const checkout = fileURLToPath(new URL('../../', import.meta.url))
const example = join(checkout, 'examples/github-action')

interface Step {
  readonly name?: string
  readonly run?: string
  readonly uses?: string
  readonly with?: { readonly path?: string }
}

let repository: string
let steps: readonly Step[]
beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), 'vedette-action-'))
  await cp(example, repository, { recursive: true })
  // Stands for the step that installs: it would fetch the published packages of this very checkout.
  await symlink(checkout, join(repository, '.vedette'))
  await mkdir(join(repository, 'samples'))
  const event = {
    '@timestamp': '2026-03-02T12:00:00Z',
    event: { category: ['process'], type: ['start'] },
    host: { name: 'web-1', os: { type: 'linux' } },
    process: { name: 'curl', args: ['curl', 'http://example.com/'] },
  }
  await writeFile(join(repository, 'samples/one.ndjson'), `${JSON.stringify(event)}\n`)
  const text = await readFile(join(example, '.github/workflows/rules.yml'), 'utf8')
  const workflow: { readonly jobs: { readonly rules: { readonly steps: readonly Step[] } } } =
    parse(text)
  ;({ steps } = workflow.jobs.rules)
})
afterAll(() => rm(repository, { recursive: true, force: true }))

/** Runs a step as the runner does with `shell: bash`. */
async function run(name: string): Promise<{ readonly code: number | null; readonly said: string }> {
  const script = steps.find((step) => step.name === name)?.run
  if (script === undefined) throw new Error(`there is no step "${name}" that runs something`)
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: repository,
    env: {
      ...process.env,
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      GITHUB_STEP_SUMMARY: join(repository, 'summary.md'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await once(child, 'close')
  return { code: child.exitCode, said }
}

test('the steps that run are those that are tested here, and the one that installs', () => {
  expect(steps.filter((step) => step.run !== undefined).map(({ name }) => name)).toEqual([
    'Install Vedette',
    'Check the rules',
    'Test the rules',
    'Backtest the rules',
  ])
  const install = steps.find(({ name }) => name === 'Install Vedette')?.run
  expect(install).toContain(' .vedette\n')
  expect(install).toContain('npm ci --prefix .vedette')
})

test('the rules of the example are valid, pass, and leave the report that is uploaded', async () => {
  expect(await run('Check the rules')).toMatchObject({ code: 0 })
  const tested = await run('Test the rules')
  expect(tested).toMatchObject({ code: 0, said: expect.stringContaining('4 passed') })
  const { path = '' } = steps.at(-1)?.with ?? {}
  expect(await readFile(join(repository, path), 'utf8')).toContain('<testsuites')
})

test('the backtest of the samples goes into the summary', async () => {
  expect(await run('Backtest the rules')).toMatchObject({ code: 0 })
  expect(await readFile(join(repository, 'summary.md'), 'utf8')).toContain('1 alert in')
})

test('a rule that no longer fires, and one that is wrong, make the run red', async () => {
  const path = join(repository, 'rules/download-without-encryption/rule.toml')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('curl or wget', 'curl'))
  expect(await run('Check the rules')).toMatchObject({ code: 0 })
  expect(await run('Test the rules')).toMatchObject({ code: 3 })
  await writeFile(path, text.replace('(curl or wget)', '(curl or'))
  expect(await run('Check the rules')).toMatchObject({ code: 3 })
  await writeFile(path, text)
})
