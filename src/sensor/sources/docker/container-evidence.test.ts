import { afterEach, beforeEach, expect, test } from 'vitest'
import { gatherEvidence } from './container-evidence.ts'
import { engineServer, type EngineServer } from './engine-server.fixture.ts'
import { withoutSecrets } from './evidence-secrets.ts'
import { logText } from './log-text.ts'
import { recorded } from './recorded.fixture.ts'

let engine: EngineServer
beforeEach(async () => {
  engine = await engineServer()
  await engine.listen()
})
afterEach(() => engine.close())

const id = 'a'.repeat(64)
const gather = (of = id) => gatherEvidence(of, { sockets: [engine.socket], nowMs: () => 1_000 })

test('what an engine knows of a container is kept part by part, with the facts that matter', async () => {
  engine.answers.set(`/containers/${id}/json`, recorded('inspect-privileged.json'))
  engine.answers.set(`/containers/${id}/top`, { Titles: ['PID'], Processes: [['1']] })
  engine.answers.set(`/containers/${id}/changes`, [{ Path: '/new', Kind: 1 }])
  const found = await gather()
  expect(found?.facts).toMatchObject({ privileged: true })
  expect(found?.parts.map(({ name, error }) => [name, error === undefined])).toEqual([
    ['inspect', true],
    ['top', true],
    ['logs', false],
    ['changes', true],
    ['engine', true],
  ])
  expect(found?.parts[2]?.error).toBe('the container is gone')
  expect(engine.asked.every((line) => line.startsWith('GET '))).toBe(true)
})

test('a container that no engine knows has no evidence, and an engine that is not there is passed over', async () => {
  expect(await gather()).toBeUndefined()
  expect(await gather('../secrets')).toBeUndefined()
  await engine.halt()
  expect(await gather()).toBeUndefined()
})

test('values that look like secrets are taken out, what they are called stays', () => {
  const shown = withoutSecrets({
    Config: { Env: ['PATH=/bin', 'DB_PASSWORD=hunter2', 'API_KEY=k'], AuthToken: 'x', Cmd: ['sh'] },
    Args: ['--token=abc', 'a=b', '--password', 'abc'],
  })
  expect(JSON.stringify(shown)).not.toMatch(/hunter2|abc|"k"|"x"/)
  expect(shown).toMatchObject({
    Config: { Cmd: ['sh'] },
    Args: [expect.any(String), 'a=b', '--password', expect.any(String)],
  })
})

test('a log is told without its frames, with a terminal as it is', () => {
  const frame = (text: string) => {
    const head = Buffer.alloc(8)
    head[0] = 1
    head.writeUInt32BE(Buffer.byteLength(text), 4)
    return Buffer.concat([head, Buffer.from(text)])
  }
  expect(logText(Buffer.concat([frame('one\n'), frame('two\n')]))).toBe('one\ntwo\n')
  expect(logText(Buffer.concat([frame('one\n'), frame('cut short').subarray(0, 12)]))).toBe(
    'one\ncut ',
  )
  expect(logText(Buffer.from('plain text\n'))).toBe('plain text\n')
})
