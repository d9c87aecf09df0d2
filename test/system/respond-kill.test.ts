import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServing } from '../support/running-server.ts'

/** A server that is killed in the midst of a command, as the power goes. */

const options = ['--no-sensor', '--no-starter-rules', '--respond', 'act']
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vedette-respond-kill-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a command that ran when the server was killed is not run again, and is not lost; what comes after it runs', async () => {
  const data = join(folder, 'data')
  const path = join(folder, 'large')
  // Nothing on the disk, and a minute to read.
  const file = await open(path, 'w')
  await file.truncate(64 * 1024 ** 3)
  await file.close()
  const before = await startServing(data, options)
  const body = { action: 'file-hash', parameters: { path }, why: 'a test' }
  const { id } = await before.api.giveCommand({ body })
  await before.until(async () => (await before.api.getCommand({ id })).command.state === 'running')
  await before.stop('SIGKILL')

  const after = await startServing(data, options)
  try {
    const { command } = await after.api.getCommand({ id })
    expect([command.state, command.summary]).toEqual([
      'failed',
      'the program that ran it ended; whether it took effect is not known: look. It is not run again',
    ])
    expect((await after.api.listCommands({})).commands).toHaveLength(1)
    await writeFile(path, 'small')
    const next = await after.api.giveCommand({ body })
    await after.until(async () => {
      const { state } = (await after.api.getCommand({ id: next.id })).command
      return state === 'done'
    })
    expect((await after.api.getCommand({ id })).command.state).toBe('failed')
  } finally {
    await after.stop()
  }
})
