import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { clientsFolder, startClient, withoutPackage } from './client-program.ts'
import { restartedServer, type RestartedServer } from './restarted-server.ts'

/** The official clients as an application uses them, and a server that is killed in the middle of their work. */

let server: RestartedServer
beforeEach(async () => {
  server = await restartedServer()
})
afterEach(() => server.close())

const events = 6_000

test.for(['elasticsearch-8', 'elasticsearch-9', '@opensearch-project/opensearch'])(
  '%s writes and reads; what it was told is kept is there once, though the server was killed meanwhile',
  async (name, context) => {
    const missing = withoutPackage(name)
    context.skip(missing !== undefined, missing)
    const script = join(clientsFolder, 'exercise.mjs')
    const words = [script, name, server.url, server.token, String(events)]
    const client = startClient(process.execPath, words, { cwd: clientsFolder })
    while (!client.said().includes('sending event-2000')) await pause(5)
    await server.killAndRestart()
    const code = await client.ended
    expect([code, client.said()]).toEqual([0, expect.stringContaining('acknowledged')])
    const outcome: unknown = JSON.parse(client.said().trim().split('\n').at(-1) ?? '')
    expect(outcome).toEqual({
      found: events,
      different: events,
      counted: events,
      web: events / 3,
      hosts: [{ key: 'web', doc_count: events / 3 }],
      most: events - 3,
      isThere: true,
      missing: { status: 404, type: 'index_not_found_exception' },
    })
    const ids = await server.idsIn('logs-exercise-default')
    expect([ids.size, [...ids.values()].every((times) => times === 1)]).toEqual([events, true])
  },
)
