import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { WireCommand } from '#api'
import { dockerObstacle, startDocker, type PrivateDocker } from '../support/docker.ts'
import { runCli, startServing, type RunningServer } from '../support/running-server.ts'

/** Commands to real containers of a real Docker Engine, given through the API and the command line of a real server. */

const without = dockerObstacle()
let docker: PrivateDocker
let server: RunningServer
let directory: string

beforeAll(async () => {
  if (without !== undefined) return
  const started = await startDocker()
  if ('skip' in started) throw new Error(started.skip)
  docker = started
  directory = await mkdtemp(join(tmpdir(), 'vedette-respond-'))
  const options = ['--no-sensor', '--no-starter-rules', '--respond', 'act']
  server = await startServing(directory, [...options, '--engine-socket', docker.socket])
})
beforeEach((context) => context.skip(without !== undefined, without))
afterAll(async () => {
  await server?.stop()
  await docker?.stop()
  if (directory !== undefined) await rm(directory, { recursive: true, force: true })
})

async function container(...command: readonly string[]): Promise<string> {
  const words = command.length > 0 ? command : ['sleep', '1000']
  const { stdout, stderr } = await docker.docker('run', '--detach', docker.image, ...words)
  if (stdout.trim() === '') throw new Error(stderr)
  return stdout.trim()
}

async function stateOf(id: string): Promise<string> {
  return (await docker.docker('inspect', '--format', '{{.State.Status}}', id)).stdout.trim()
}

/** Gives a command and waits for its end. */
async function told(action: string, id: string, more: object = {}) {
  const given = await server.api.giveCommand({
    body: { action, parameters: { container: id, ...more }, why: 'a test' },
  })
  let command: WireCommand = given
  await server.until(async () => {
    ;({ command } = await server.api.getCommand({ id: given.id }))
    return command.ended_at !== undefined
  })
  const { output } = await server.api.getCommand({ id: given.id })
  return { command, text: output.map(({ text }) => text).join('\n') }
}

test('a real container is looked at from all sides', async () => {
  const id = await container('sh', '-c', 'echo hello; echo x > /new; exec sleep 1000')
  await server.until(async () => (await stateOf(id)) === 'running')
  expect((await told('container-inspect', id)).text).toContain(`"Id": "${id}"`)
  expect((await told('container-top', id)).text).toContain('sleep 1000')
  await server.until(async () => (await told('container-logs', id)).text.includes('hello'))
  expect((await told('container-diff', id)).text).toContain('added\t/new')
  const inside = await told('container-exec', id, { question: 'read-file', path: '/new' })
  expect([inside.command.state, inside.text]).toEqual(['done', 'x\n'])
  const none = await told('container-exec', id, { question: 'read-file', path: '/none' })
  expect(none.command.summary).toContain('exit code 1')
})

test('a real container is paused, goes on, is kept as an image, and is stopped', async () => {
  const id = await container()
  await told('container-pause', id)
  expect(await stateOf(id)).toBe('paused')
  await told('container-unpause', id)
  expect(await stateOf(id)).toBe('running')
  const kept = await told('container-commit', id)
  const image = /vedette-evidence:\S+/.exec(kept.command.summary)?.[0] ?? ''
  expect((await docker.docker('image', 'inspect', image)).code).toBe(0)
  const stopped = await told('container-stop', id)
  expect(await stateOf(id)).toBe('exited')
  expect(stopped.command.summary).toMatch(/^stopped .+; it was running and is exited$/)
  const again = await told('container-stop', id)
  expect(again.command.summary).toContain('is exited already: nothing was done')
})

test('a container that is gone is told as that, and so is one that has no network to leave', async () => {
  const gone = await told('container-kill', 'f'.repeat(64))
  expect([gone.command.state, gone.command.summary]).toEqual([
    'failed',
    'no engine here knows the container ffffffffffff: it is gone, or never was on this host',
  ])
  const id = await container()
  const cut = await told('container-network-disconnect', id)
  expect(cut.command.summary).toMatch(/left bridge$/)
  const created = await docker.docker('create', '--network', 'none', docker.image, 'true')
  const none = await told('container-network-disconnect', created.stdout.trim())
  expect(none.command.summary).toContain('is on no network that it could leave')
  await told('container-kill', id)
  expect(await stateOf(id)).toBe('exited')
})

test('the plan for a container with privileges names each, and changes nothing', async () => {
  const created = await docker.docker(
    'create',
    '--privileged',
    '--pid=host',
    '--volume=/etc:/host-etc',
    docker.image,
    'true',
  )
  const { text } = await told('container-update-plan', created.stdout.trim())
  expect(text).toContain('--privileged: every capability and every device')
  expect(text).toContain('PidMode of the host')
  expect(text).toContain('mount /etc:/host-etc')
  expect(text).toContain('docker run --detach --cap-drop ALL')
  expect(text).not.toContain('--volume /etc')
  expect(await stateOf(created.stdout.trim())).toBe('created')
})

test('the command line stops a container, and the audit log has who, why and what came of it', async () => {
  const id = await container()
  const words = ['respond', 'run', 'container-stop', `container=${id}`, '--why', 'odd image']
  const dry = await runCli([...words, '--dry-run', '--data', directory])
  expect(dry.stderr).toContain('it would be stopped')
  expect(await stateOf(id)).toBe('running')
  const ran = await runCli([...words, '--data', directory])
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('done: stopped')])
  expect(await stateOf(id)).toBe('exited')
  const audit = await readFile(join(directory, 'audit.ndjson'), 'utf8')
  const entries = audit.split('\n').filter((line) => line.includes(id.slice(0, 12)))
  expect(entries.some((line) => line.includes('because: odd image'))).toBe(true)
  expect(entries.some((line) => /done: container-stop on container .*stopped/.test(line))).toBe(
    true,
  )
  const refused = await runCli(['respond', 'run', 'container-stop', '--data', directory])
  expect(refused.stderr).toContain('say --why')
})
