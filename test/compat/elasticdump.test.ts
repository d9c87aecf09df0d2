import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { clientsFolder, startClient, withoutPackage } from './client-program.ts'
import { restartedServer, type RestartedServer } from './restarted-server.ts'

let server: RestartedServer
beforeEach(async () => {
  server = await restartedServer()
})
afterEach(() => server.close())

const documents = Array.from({ length: 3_000 }, (_, i) => ({
  _index: 'logs-dump-default',
  _id: `d${i}`,
  _source: {
    '@timestamp': new Date(Date.UTC(2026, 10, 24) + i * 1_000).toISOString(),
    process: { pid: i },
  },
}))

function dump(words: readonly string[]) {
  const script = join(clientsFolder, 'node_modules/elasticdump/bin/elasticdump')
  const headers = JSON.stringify({ Authorization: `Bearer ${server.token}` })
  return startClient(process.execPath, [script, `--headers=${headers}`, '--limit=100', ...words], {
    cwd: server.directory,
  })
}

test('elasticdump puts in and takes out the same documents, though the server was killed meanwhile', async (context) => {
  const missing = withoutPackage('elasticdump')
  context.skip(missing !== undefined, missing)
  const [into, out] = [join(server.directory, 'in.ndjson'), join(server.directory, 'out.ndjson')]
  await writeFile(into, documents.map((each) => `${JSON.stringify(each)}\n`).join(''))
  const target = `${server.url}/logs-dump-default`
  const load = () =>
    dump([
      `--input=${into}`,
      `--output=${target}`,
      '--type=data',
      '--retryAttempts=20',
      '--retryDelay=500',
    ])
  const first = load()
  while (!first.said().includes('to destination elasticsearch, wrote')) await pause(5)
  await server.killAndRestart()
  // What it does about a broken connection is its own affair; to load the same file again doubles nothing.
  await Promise.race([first.ended, pause(20_000)])
  await first.stop()
  const again = load()
  expect([await again.ended, again.said()]).toEqual([0, expect.stringContaining('dump complete')])

  const save = dump([`--input=${target}`, `--output=${out}`, '--type=data'])
  expect([await save.ended, save.said()]).toEqual([0, expect.stringContaining('dump complete')])
  const saved = (await readFile(out, 'utf8')).trim().split('\n')
  const ids = saved.map((line): { readonly _id: string } => JSON.parse(line)).map(({ _id }) => _id)
  expect(ids.toSorted()).toEqual(documents.map(({ _id }) => _id).toSorted())

  const mapping = dump([`--input=${target}`, `--output=$`, '--type=mapping'])
  await mapping.ended
  expect(mapping.said()).toContain('"pid":{"type":"long"}')
}, 180_000)
