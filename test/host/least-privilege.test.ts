import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../support/running-server.ts'
import { whyNotWatched } from '../support/watched-host.ts'

/** The unit of examples/systemd: what it leaves to the server is enough, and systemd understands it. */

const unit = fileURLToPath(new URL('../../examples/systemd/vedette.service', import.meta.url))
const bin = fileURLToPath(new URL('../../bin/vedette.mjs', import.meta.url))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-unit-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a tool is missing for; undefined where it is there. */
function whyNo(tool: string): string | undefined {
  return spawnSync(tool, ['--version']).status === 0 ? undefined : `${tool} is not installed`
}

test('with the capabilities of the unit alone the sensor sees every program, and the selftest alerts', async (context) => {
  const why = whyNotWatched() ?? whyNo('setpriv')
  context.skip(why !== undefined, why)
  const bounding = /^CapabilityBoundingSet=(.+)$/m.exec(readFileSync(unit, 'utf8'))?.[1] ?? ''
  expect(bounding).toMatch(/^CAP_/)
  const kept = bounding.split(' ').map((name) => `+${name.replace('CAP_', '').toLowerCase()}`)
  const data = join(folder, 'data')
  const rights = ['--no-new-privs', '--inh-caps=-all', `--bounding-set=-all,${kept.join(',')}`]
  const serve = [process.execPath, bin, 'serve', '--port', '0', '--data', data]
  const server = spawn('setpriv', [...rights, ...serve], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(server, 'exit')
  let told = ''
  server.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()))
  try {
    for (let waitedMs = 0; !told.includes('try: vedette') && waitedMs < 60_000; waitedMs += 50) {
      await pause(50)
    }
    expect(told).toContain('eBPF: every program start on this host')
    const { code, stderr } = await runCli(['selftest', '--data', data])
    expect([code, stderr]).toEqual([0, expect.any(String)])
  } finally {
    server.kill('SIGTERM')
    await ended
  }
})

test('systemd finds nothing wrong with the unit', (context) => {
  const why = whyNo('systemd-analyze')
  context.skip(why !== undefined, why)
  // The paths are those of an installation; here the program lies elsewhere.
  const here = readFileSync(unit, 'utf8').replace(
    /^ExecStart=\S+/m,
    `ExecStart=${process.execPath}`,
  )
  const copy = join(folder, 'vedette.service')
  writeFileSync(copy, here)
  const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', copy], { encoding: 'utf8' })
  expect(`${stdout}${stderr}`).toBe('')
})
