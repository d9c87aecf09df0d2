import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient, type Api, type WireAlert } from '#api'
import { assert } from '#base'

/** `vedette serve` in a process of its own, as a user starts it. */
export interface ServedChild {
  readonly url: string
  readonly token: string
  readonly pid: number
  readonly api: Api
  /** What it printed when it started. */
  readonly firstScreen: string
  /** All alerts, newest first. */
  alerts(): Promise<readonly WireAlert[]>
  /** Asks again and again until the claim holds; fails after a minute. */
  until(claim: () => Promise<boolean>): Promise<void>
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>
  /** Ends it at once, without asking. */
  kill(): Promise<void>
}

const bin = fileURLToPath(new URL('../../bin/vedette.mjs', import.meta.url))

/** Starts a server on a free port and resolves when it is ready. */
export async function serveInChild(
  dataDirectory: string,
  args: readonly string[] = [],
): Promise<ServedChild> {
  const child = spawn(
    process.execPath,
    [bin, 'serve', '--port', '0', '--data', dataDirectory, ...args],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const gone = once(child, 'exit')
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await gone
  }
  for (let waitedMs = 0; !said.includes('try: vedette'); waitedMs += 50) {
    if (child.exitCode !== null || waitedMs > 60_000) {
      await end('SIGKILL')
      throw new Error(`vedette serve did not start: ${said}`)
    }
    await sleep(50)
  }
  const url = /listening\s+(http:\S+)/.exec(said)?.[1]
  assert(url !== undefined && child.pid !== undefined, `no address in: ${said}`)
  const token = readFileSync(join(dataDirectory, 'token'), 'utf8').trim()
  const api = createClient({ url, token })
  return {
    url,
    token,
    pid: child.pid,
    api,
    firstScreen: said,
    alerts: async () => (await api.listAlerts({ limit: 1_000 })).alerts,
    until: async (claim) => {
      for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 50) {
        if (await claim()) return
        await sleep(50)
      }
      throw new Error(`it did not come true within a minute; the server said:\n${said}`)
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}
