import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadOrCreateToken, tokenCheck } from './token.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-token-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

test('the first use makes a token that the owner alone can read, the next finds it', async () => {
  const first = await loadOrCreateToken(directory)
  expect(first.isNew).toBe(true)
  expect(Buffer.from(first.token, 'base64url')).toHaveLength(32)
  expect((await stat(first.path)).mode & 0o777).toBe(0o600)
  expect(await readFile(first.path, 'utf8')).toBe(`${first.token}\n`)
  expect(await loadOrCreateToken(directory)).toEqual({ ...first, isNew: false })
})

test('rights that were loosened are tightened again', async () => {
  const { path } = await loadOrCreateToken(directory)
  await chmod(path, 0o644)
  await loadOrCreateToken(directory)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test.each(['', 'short', 'with space in the middle of it', '\u0000'.repeat(40)])(
  'a damaged token file (%j) is an error that says what to do, and is not overwritten',
  async (text) => {
    const path = join(directory, 'token')
    await writeFile(path, text)
    await expect(loadOrCreateToken(directory)).rejects.toMatchObject({
      code: 'auth.token-damaged',
      message: expect.stringContaining('delete the file'),
    })
    expect(await readFile(path, 'utf8')).toBe(text)
  },
)

test('the check takes the token and nothing near it', () => {
  const isToken = tokenCheck('secret')
  expect(isToken('secret')).toBe(true)
  for (const near of ['', 'secre', 'secrets', 'Secret', ' secret']) {
    expect([near, isToken(near)]).toEqual([near, false])
  }
})
