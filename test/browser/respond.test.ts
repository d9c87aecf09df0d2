import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withoutBrowser } from '../support/browser.ts'
import { dockerObstacle, startDocker, type PrivateDocker } from '../support/docker.ts'
import { pageUnderTest } from '../support/page-under-test.ts'

/** From an alert to a container that is stopped, and a process that is ended, by keys alone. */

const options = ['--no-sensor', '--respond', 'act']
const withoutDocker = withoutBrowser ?? dockerObstacle()
let docker: PrivateDocker | undefined

beforeAll(async () => {
  if (withoutDocker !== undefined) return
  const started = await startDocker()
  if ('skip' in started) throw new Error(started.skip)
  docker = started
  options.push('--engine-socket', started.socket)
}, 60_000)
const at = pageUnderTest(options)
afterAll(() => docker?.stop())

/** The host of the server, as events of it would say. */
async function host() {
  const [own] = (await at.server.api.listActions({})).hosts
  if (own === undefined) throw new Error('no host obeys')
  return { id: own.id, name: own.name, os: { type: 'linux' } }
}

async function openSheet(id: string): Promise<void> {
  await at.page.goto(`${at.server.url}/alerts/${id}`)
  await at.page.getByRole('heading', { name: 'Investigation guide' }).waitFor()
  await at.page.keyboard.press('r')
  await at.page.getByRole('dialog').getByText('needs its key or button twice').waitFor()
}

test('three keys end the process of an alert: r, and its key twice', async () => {
  const child = spawn('sleep', ['1000'])
  await once(child, 'spawn')
  const { id: listed } = await at.server.api.giveCommand({
    body: { action: 'process-list', why: 'to learn its entity id' },
  })
  let line = ''
  await at.server.until(async () => {
    const { output } = await at.server.api.getCommand({ id: listed })
    line = output[0]?.text.split('\n').find((each) => each.startsWith(`${child.pid}\t`)) ?? ''
    return line !== ''
  })
  const entityId = line.split('\t')[4]
  const id = await at.raise('/tmp/ended-by-keys', {
    host: await host(),
    process: {
      name: 'docker',
      pid: child.pid,
      entity_id: entityId,
      args: ['docker', 'run', '--privileged', 'alpine'],
      parent: { executable: '/tmp/ended-by-keys', entity_id: 'p' },
    },
  })
  await at.enter()
  const ended = once(child, 'exit')
  await openSheet(id)
  await at.page.keyboard.press('e')
  await at.page.getByRole('button', { name: 'Press again: End the process', exact: true }).waitFor()
  expect(child.exitCode ?? child.signalCode).toBe(null)
  await at.page.keyboard.press('e')
  expect(await ended).toEqual([null, 'SIGKILL'])
  const sheet = at.page.getByRole('dialog')
  await sheet.getByText(/^ended \d+ of \S+: sleep 1000$/).waitFor()
  await sheet.getByText('Tried out: End the process').waitFor()
  await at.page.keyboard.press('Escape')
  const activity = at.page.getByRole('region', { name: 'Activity' })
  await activity.getByText('gave process-kill on process').waitFor()
})

test('three keys stop the container of an alert, and its log is shown as text', async (context) => {
  context.skip(withoutDocker !== undefined, withoutDocker)
  if (docker === undefined) throw new Error('no engine')
  const script = 'echo "<img src=x>"; exec sleep 1000'
  const run = await docker.docker('run', '--detach', docker.image, 'sh', '-c', script)
  const container = run.stdout.trim()
  const id = await at.raise('/tmp/stopped-by-keys', {
    host: await host(),
    container: { id: container },
  })
  await at.enter()
  await openSheet(id)
  const sheet = at.page.getByRole('dialog')
  await at.page.keyboard.press('l')
  await sheet.locator('pre', { hasText: '<img src=x>' }).waitFor()
  expect(await at.page.locator('dialog img').count()).toBe(0)
  await at.page.keyboard.press('s')
  await at.page.keyboard.press('s')
  await sheet.getByText(/^stopped .+; it was running and is exited$/).waitFor()
  const state = await docker.docker('inspect', '--format', '{{.State.Status}}', container)
  expect(state.stdout.trim()).toBe('exited')
  if (process.env['VEDETTE_SHOT'] !== undefined)
    await at.page.screenshot({ path: process.env['VEDETTE_SHOT'] })
})

test('who may not respond is given commands to copy, and an alert of another host too', async () => {
  const id = await at.raise('/tmp/not-by-me', { host: await host() })
  const { secret } = await at.server.api.createKey({ body: { name: 'ann', role: 'analyst' } })
  await at.enter(secret)
  await at.page.goto(`${at.server.url}/alerts/${id}`)
  await at.page.getByRole('heading', { name: 'Investigation guide' }).waitFor()
  await at.page.keyboard.press('r')
  const sheet = at.page.getByRole('dialog')
  await sheet.getByText('takes no commands from your role').waitFor()
  await sheet.getByText('kill -KILL 4711').waitFor()
  const foreign = await at.raise('/tmp/not-here', {
    host: { id: 'other', name: 'other', os: { type: 'linux' } },
  })
  const admin = await at.another(at.server.token)
  await admin.goto(`${at.server.url}/alerts/${foreign}`)
  await admin.getByRole('heading', { name: 'Investigation guide' }).waitFor()
  await admin.keyboard.press('r')
  await admin.getByRole('dialog').getByText('is no host that obeys').waitFor()
})
