import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { enroll, openHome, startAgent, unenroll, type Agent } from '#agent'
import { silentLogger, systemClock } from '#base'
import { readEnrolmentLine, enrolmentLine } from '#fleet'
import { agentsServer, type AgentsServer } from '../support/agents-server.ts'
import { simulatedHost, type SimulatedHost } from '../support/simulated-host.ts'

let directory: string
let server: AgentsServer
const running: Agent[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-agents-'))
  server = await agentsServer()
})
afterEach(async () => {
  for (const agent of running.splice(0)) await agent.close()
  await server.close()
  await rm(directory, { recursive: true, force: true })
})

const homeOf = (name: string) => openHome(join(directory, name))

async function enrolled(name: string, hostId = `id-of-${name}`) {
  const home = await homeOf(name)
  const host = { id: hostId, name, version: '0.0.0' }
  return { home, host, identity: await enroll(await server.line(), { home, host }) }
}

async function runs(name: string, hostId = `id-of-${name}`): Promise<SimulatedHost> {
  const host = simulatedHost(hostId)
  const agent = await startAgent({
    home: await homeOf(name),
    host: { id: hostId, name },
    version: '0.0.0',
    startWatch: host.startWatch,
    clock: systemClock,
    logger: silentLogger,
  })
  running.push(agent)
  return host
}

async function stopAll(): Promise<void> {
  for (const agent of running.splice(0)) await agent.close()
}

const agents = async () => (await server.client.listAgents({})).agents
const stored = async () => (await server.store.events.facts()).events
const soon = { timeout: 20_000, interval: 50 }

test('a host that was enrolled by one line sends what it sees, and is seen', async () => {
  await enrolled('web')
  const host = await runs('web')
  await host.exec('one', { name: 'id' })
  await expect.poll(stored, soon).toBe(1)
  expect(await server.store.events.get('logs-endpoint.events.process-default', 'one')).toBeDefined()
  await expect.poll(async () => (await agents())[0]?.state, soon).toBe('running')
  expect(await agents()).toMatchObject([
    { name: 'web', host_id: 'id-of-web', problems: [], policy: { id: 'default' } },
  ])
})

test('a token enrols as many hosts as it was made for', async () => {
  const line = await server.line()
  const host = { id: 'a', name: 'a', version: '0' }
  await enroll(line, { home: await homeOf('a'), host })
  await expect(enroll(line, { home: await homeOf('b'), host })).rejects.toMatchObject({
    code: 'agents.token-used-up',
  })
})

test('a token that was revoked or made up enrols nobody', async () => {
  const { id, line } = await server.client.createEnrolmentToken({ body: { uses: 5 } })
  await server.client.revokeEnrolmentToken({ id })
  const host = { id: 'a', name: 'a', version: '0' }
  const home = await homeOf('a')
  await expect(enroll(line, { home, host })).rejects.toMatchObject({ code: 'agents.token-unknown' })
  expect(await home.identity()).toBeUndefined()
})

test('a server with another authority is told nothing, not even the token', async () => {
  const line = await server.line()
  const read = readEnrolmentLine(line)
  if (!read.ok) throw new Error(read.error)
  const foreign = enrolmentLine({ ...read.value, authority: '0'.repeat(64) })
  const how = { home: await homeOf('a'), host: { id: 'a', name: 'a', version: '0' } }
  await expect(enroll(foreign, how)).rejects.toMatchObject({ code: 'agent.other-server' })
  // The token is whole: it still enrols.
  await enroll(line, how)
})

test('without a certificate of an agent the door takes no events and tells nothing', async () => {
  const { authority } = (await enrolled('a')).identity
  const { request } = await import('node:https')
  for (const path of ['/_bulk', '/agent/check-in', '/agent/leave', '/', '/api/agents']) {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
    const asked = request(new URL(path, server.door().url), { method: 'POST', ca: authority })
    asked.on('response', (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    asked.on('error', reject)
    asked.end('{}')
    expect([path, await promise]).toEqual([path, 401])
  }
})

test('events that were seen while the server was down all come, each once', async () => {
  await enrolled('web')
  const host = await runs('web')
  await host.exec('before')
  await expect.poll(stored, soon).toBe(1)
  await server.shut()
  for (let i = 0; i < 1_000; i++) await host.exec(`away-${i}`)
  // The agent is started again in between, too: what waits outlives it.
  await stopAll()
  const again = await runs('web')
  for (let i = 0; i < 500; i++) await again.exec(`later-${i}`)
  expect(await stored()).toBe(1)
  await server.reopen()
  await expect.poll(stored, { ...soon, timeout: 50_000 }).toBe(1_501)
  await expect.poll(async () => (await agents())[0]?.health?.spool.events, soon).toBe(0)
  const [agent] = await agents()
  expect(agent?.health).toMatchObject({ spool: { dropped: 0, damaged: 0 }, sent: { refused: 0 } })
})

test('what the server had already is not stored again', async () => {
  await enrolled('web')
  const host = await runs('web')
  await host.exec('same')
  await host.exec('same')
  await host.exec('other')
  await expect.poll(stored, soon).toBe(2)
})

test('a policy is obeyed within seconds of its change, and one that goes back as well', async () => {
  await enrolled('web')
  const host = await runs('web')
  await expect.poll(async () => (await agents())[0]?.obeys?.version, soon).toBe(1)
  const { policy: first } = await server.client.getPolicy({ id: 'default' })
  const changed = { ...first.policy, collects: ['container'], sensor: 'proc' } as const
  const startedMs = systemClock.nowMs()
  await server.client.changePolicy({ id: 'default', body: { policy: changed, if_version: 1 } })
  await expect.poll(() => host.sensor(), soon).toBe('proc')
  expect(systemClock.nowMs() - startedMs).toBeLessThan(10_000)
  await host.exec('left out')
  await expect.poll(async () => (await agents())[0]?.obeys?.version, soon).toBe(2)
  await server.client.rollBackPolicy({ id: 'default', body: { to: 1 } })
  await expect.poll(() => host.sensor(), soon).toBe('auto')
  await host.exec('sent')
  await expect.poll(stored, soon).toBe(1)
})

test('an agent that is moved obeys its new policy, also after a restart without the server', async () => {
  const { identity } = await enrolled('web')
  const host = await runs('web')
  const { policy } = (await server.client.getPolicy({ id: 'default' })).policy
  const made = await server.client.createPolicy({
    body: { ...policy, name: 'Quiet', sensor: 'audit' },
  })
  await server.client.moveAgent({ id: identity.id, body: { policy: made.id } })
  await expect.poll(() => host.sensor(), soon).toBe('audit')
  await stopAll()
  await server.shut()
  expect((await runs('web')).sensor()).toBe('audit')
  await server.reopen()
  await expect(server.client.removePolicy({ id: made.id })).rejects.toMatchObject({
    code: 'agents.policy-in-use',
  })
})

test('a policy that an agent does not understand is told, and the one before is obeyed on', async () => {
  const { identity } = await enrolled('web')
  const host = await runs('web')
  const { policy } = (await server.client.getPolicy({ id: 'default' })).policy
  // As a server of a later version would send it.
  const later = { ...policy, collects: [], sampling: 2 }
  const { id } = await server.fleet.policies.create(later, 'a later version')
  await server.client.moveAgent({ id: identity.id, body: { policy: id } })
  const [agent] = await expect
    .poll(async () => (await agents())[0]?.problems.join(), soon)
    .toContain('does not understand version 1 of its policy')
    .then(agents)
  expect(agent?.problems.join()).toContain('sampling: is unknown')
  expect(agent?.obeys).toEqual({ id: 'default', version: 1 })
  await host.exec('still sent')
  await expect.poll(stored, soon).toBe(1)
})

test('an agent whose certificate is near its end gets another one, with another key', async () => {
  const { home, identity } = await enrolled('web')
  const host = simulatedHost('id-of-web')
  const later = { ...systemClock, nowMs: () => systemClock.nowMs() + 300 * 86_400_000 }
  running.push(
    await startAgent({
      home,
      host: { id: 'id-of-web', name: 'web' },
      version: '0',
      startWatch: host.startWatch,
      clock: later,
      logger: silentLogger,
    }),
  )
  await expect.poll(async () => (await home.identity())?.key === identity.key, soon).toBe(false)
  await host.exec('after')
  await expect.poll(stored, soon).toBe(1)
  // The old key opens nothing any more.
  await expect(unenroll({ ...identity, url: server.door().url })).resolves.toBeUndefined()
  expect(await agents()).toHaveLength(1)
})

test('a revoked agent is told so and brings nothing in; its events wait', async () => {
  const { identity } = await enrolled('web')
  const host = await runs('web')
  await host.exec('before')
  await expect.poll(stored, soon).toBe(1)
  await server.client.revokeAgent({ id: identity.id, body: {} })
  await host.exec('after')
  await stopAll()
  const log: string[] = []
  const home = await homeOf('web')
  const agent = await startAgent({
    home,
    host: { id: 'id-of-web', name: 'web' },
    version: '0',
    startWatch: host.startWatch,
    clock: systemClock,
    logger: { ...silentLogger, warn: (_message, fields) => log.push(String(fields?.['reason'])) },
  })
  running.push(agent)
  await expect.poll(() => log.join(), soon).toContain('the agent web was revoked')
  expect(await stored()).toBe(1)
  expect((await agents())[0]?.state).toBe('revoked')
})

test('a copy of an agent on another host does not run, and says what to do', async () => {
  await enrolled('web')
  await cp(join(directory, 'web'), join(directory, 'copy'), { recursive: true })
  await expect(runs('copy', 'another-machine')).rejects.toMatchObject({
    code: 'agent.other-host',
    message: expect.stringContaining('unenroll --offline'),
  })
})

test('two agents of one key are told, as are two hosts of one id', async () => {
  await enrolled('web', 'cloned')
  await cp(join(directory, 'web'), join(directory, 'copy'), { recursive: true })
  await enrolled('other', 'cloned')
  await runs('web', 'cloned')
  await runs('other', 'cloned')
  const problems = async () => (await agents()).map((each) => each.problems.join(' '))
  await expect
    .poll(problems, soon)
    .toEqual([
      expect.stringContaining('also that of web'),
      expect.stringContaining('also that of other'),
    ])
  await runs('copy', 'cloned')
  // Two that share a key take turns at the door; each turn is a check-in.
  await server.shut()
  await server.reopen()
  await expect
    .poll(async () => (await problems()).join(), { ...soon, timeout: 50_000 })
    .toContain('two agents use its key')
})

test('only one agent runs in a folder', async () => {
  await enrolled('web')
  await runs('web')
  await expect(runs('web')).rejects.toMatchObject({ code: 'agent.running' })
})

test('an agent whose clock is wrong is told with how far', async () => {
  const { home } = await enrolled('web')
  const late = { ...systemClock, nowMs: () => systemClock.nowMs() - 200_000 }
  running.push(
    await startAgent({
      home,
      host: { id: 'id-of-web', name: 'web' },
      version: '0',
      startWatch: simulatedHost('id-of-web').startWatch,
      clock: late,
      logger: silentLogger,
    }),
  )
  await expect
    .poll(async () => (await agents())[0]?.problems.join(), soon)
    .toMatch(/its clock is (199|200|201) s behind/)
})

test('unenrolling takes the agent off the list and leaves nothing on the host', async () => {
  const { home, identity } = await enrolled('web')
  await (await runs('web')).exec('one')
  await expect.poll(stored, soon).toBe(1)
  await stopAll()
  await unenroll(identity)
  await home.remove()
  expect(await agents()).toEqual([])
  expect(await readdir(directory)).toEqual([])
  const { entries } = await server.client.listAudit({})
  expect(entries.map(({ what }) => what).join()).toContain(`agent ${identity.id} left`)
})

test('a host is not enrolled over its agent', async () => {
  const { home, host } = await enrolled('web')
  await expect(enroll(await server.line(), { home, host })).rejects.toMatchObject({
    code: 'agent.enrolled',
  })
})
