import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostFiles } from './host-files.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-files-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const signal = AbortSignal.timeout(30_000)

test('the beginning of a file is kept, and its hash is that of the whole', async () => {
  const bytes = randomBytes(300_000)
  const path = join(folder, 'large')
  await writeFile(path, bytes, { mode: 0o640 })
  const copy = await hostFiles.read(path, { maxBytes: 1_000, signal })
  expect(copy).toMatchObject({ size: 300_000, isCut: true, mode: '0640', changedMeanwhile: false })
  expect(Buffer.from(copy.bytes).equals(bytes.subarray(0, 1_000))).toBe(true)
  expect(copy.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
})

test('a pipe nobody writes to, a device and a folder are no ordinary files, and none is waited for', async () => {
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  await symlink('/dev/zero', join(folder, 'zero'))
  for (const path of [pipe, join(folder, 'zero'), folder]) {
    await expect(hostFiles.read(path, { maxBytes: 10, signal })).rejects.toMatchObject({
      code: 'host.no-ordinary-file',
    })
  }
})

test('a file that is not there is told as that', async () => {
  await expect(
    hostFiles.read(join(folder, 'none'), { maxBytes: 10, signal }),
  ).rejects.toMatchObject({ kind: 'not-found' })
  expect(await hostFiles.note(join(folder, 'none'), 10)).toBe(undefined)
})

test('a file of the kernel’s, which has no size, is read to its end', async () => {
  const { size } = await hostFiles.read('/proc/self/status', { maxBytes: 0, signal })
  expect(size).toBeGreaterThan(100)
  expect((await hostFiles.note('/proc/version', 20))?.isCut).toBe(true)
})
