import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLogger } from '#base'
import { openAuditLog, readAudit, type AuditEntry } from './audit-log.ts'

let directory: string
let path: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-audit-'))
  path = join(directory, 'audit.ndjson')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const entry = (what: string): AuditEntry => ({
  at: '2026-11-24T12:00:00.000Z',
  who: 'token',
  role: 'admin',
  what,
  status: 200,
})

async function write(...whats: readonly string[]): Promise<void> {
  const log = await openAuditLog(path, silentLogger)
  await Promise.all(whats.map((what) => log.append(entry(what))))
  await log.close()
}

test('entries stand in the order in which they came, across restarts, and their chain holds', async () => {
  await write('a', 'b')
  await write('c')
  const { records, broken } = await readAudit(path)
  expect(broken).toBeUndefined()
  expect(records.map(({ seq, what }) => [seq, what])).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
  ])
})

test.each([
  ['changed', (lines: string[]) => lines.with(1, (lines[1] ?? '').replace('"b"', '"x"')), 2],
  ['left out', (lines: string[]) => lines.toSpliced(1, 1), 2],
  [
    'put in another place',
    (lines: string[]) => [lines[1] ?? '', lines[0] ?? '', lines[2] ?? ''],
    1,
  ],
  ['replaced by something else', (lines: string[]) => lines.with(0, '[]'), 1],
])('an entry that is %s breaks the chain, and the line is named', async (_what, spoil, line) => {
  await write('a', 'b', 'c')
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
  await writeFile(path, `${spoil(lines).join('\n')}\n`)
  expect((await readAudit(path)).broken?.line).toBe(line)
})

test('a last line that a crash cut short is taken away, and the chain goes on', async () => {
  await write('a', 'b')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.slice(0, -10))
  await write('c')
  const { records, broken } = await readAudit(path)
  expect(broken).toBeUndefined()
  expect(records.map(({ what }) => what)).toEqual(['a', 'c'])
})

test('a broken chain stays broken, and what comes after it is written all the same', async () => {
  await write('a', 'b')
  await writeFile(path, (await readFile(path, 'utf8')).replace('"a"', '"x"'))
  await write('c')
  const { records, broken } = await readAudit(path)
  expect(broken?.line).toBe(1)
  expect(records.at(-1)?.what).toBe('c')
})

test('the newest entries come first', async () => {
  await write('a', 'b', 'c')
  const log = await openAuditLog(path, silentLogger)
  expect((await log.latest(2)).map(({ what }) => what)).toEqual(['c', 'b'])
  await log.close()
})
