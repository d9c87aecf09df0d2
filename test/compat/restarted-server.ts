import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServing, type RunningServer } from '../support/running-server.ts'

/** A server under one address that is killed and started again while clients write to it. */
export interface RestartedServer {
  readonly url: string
  readonly port: string
  readonly token: string
  /** A place for files of clients. */
  readonly directory: string
  /** `kill -9`, then a start under the same address. */
  killAndRestart(): Promise<void>
  /** How often each id stands in an index, by all pages of a scroll. */
  idsIn(index: string): Promise<ReadonlyMap<string, number>>
  until(claim: () => Promise<boolean>): Promise<void>
  close(): Promise<void>
}

/** Starts one, without rules and sensor. */
export async function restartedServer(): Promise<RestartedServer> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-compat-'))
  const data = join(directory, 'data')
  const quiet = ['--no-sensor', '--no-starter-rules']
  let server: RunningServer = await startServing(data, quiet)
  const { url, token } = server
  const { port } = new URL(url)

  const ask = async (path: string, body: object): Promise<ScrollAnswer> => {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const told: ScrollAnswer = JSON.parse(await answer.text())
    return told
  }

  return {
    url,
    port,
    token,
    directory,
    async killAndRestart() {
      await server.stop('SIGKILL')
      server = await startServing(data, [...quiet, '--port', port])
    },
    async idsIn(index) {
      const counts = new Map<string, number>()
      let answer = await ask(`/${index}/_search?scroll=1m&ignore_unavailable=true`, { size: 1_000 })
      while (answer.hits.hits.length > 0) {
        for (const { _id } of answer.hits.hits) counts.set(_id, (counts.get(_id) ?? 0) + 1)
        answer = await ask('/_search/scroll', { scroll_id: answer._scroll_id })
      }
      return counts
    },
    until: (claim) => server.until(claim),
    async close() {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

interface ScrollAnswer {
  readonly _scroll_id: string
  readonly hits: { readonly hits: readonly { readonly _id: string }[] }
}
