import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeFirstFormat } from '../../src/store/embedded/first-format.fixture.ts'
import { runCli, startServing } from '../support/running-server.ts'

async function withDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-upgrade-'))
  try {
    await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** The events of the old directory were accepted in 1970. */
const old = ['--no-sensor', '--no-starter-rules', '--keep-days', '36500']

/** Every file below a directory with what is in it. */
async function contentsOf(directory: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = names
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
  const hashes = files.toSorted().map(async (path): Promise<[string, string]> => {
    return [
      path,
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    ]
  })
  return new Map(await Promise.all(hashes))
}

async function idsIn(server: Awaited<ReturnType<typeof startServing>>): Promise<readonly string[]> {
  const { events } = await server.api.searchEvents({ index: 'logs-old-x', limit: 100 })
  return events.map(({ id }) => id).toSorted()
}

test('a server upgrades the directory of an older version, goes on in it, and an older one refuses it from then on', () =>
  withDirectory(async (directory) => {
    await writeFirstFormat(directory)
    const first = await startServing(directory, old)
    expect(await idsIn(first)).toEqual(['e0', 'e1', 'e2'])
    const action = { create: { _index: 'logs-old-x', _id: 'e3' } }
    const event = { '@timestamp': '2026-11-24T12:00:00Z' }
    await first.bulk(`${JSON.stringify(action)}\n${JSON.stringify(event)}\n`)
    await first.stop()

    const second = await startServing(directory, old)
    expect(await idsIn(second)).toEqual(['e0', 'e1', 'e2', 'e3'])
    await second.stop()
    const format: { readonly version: number } = JSON.parse(
      await readFile(join(directory, 'format'), 'utf8'),
    )
    expect(format.version).toBeGreaterThan(1)
  }))

test('a server refuses the directory of a newer version in words, and changes nothing in it', () =>
  withDirectory(async (directory) => {
    const server = await startServing(directory)
    await server.stop()
    await writeFile(join(directory, 'format'), '{"format":"vedette-data","version":1000}\n')
    const before = await contentsOf(directory)
    const { code, stderr } = await runCli([
      'serve',
      '--no-sensor',
      '--port',
      '0',
      '--data',
      directory,
    ])
    expect(code).not.toBe(0)
    expect(stderr).toContain('has format version 1000')
    expect(stderr).toContain('run the version that wrote it')
    const names = [...before.keys()].filter((path) => !path.endsWith('/holder'))
    const after = await contentsOf(directory)
    expect(names.map((path) => [path, after.get(path)])).toEqual(
      names.map((path) => [path, before.get(path)]),
    )
  }))
