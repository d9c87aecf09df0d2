import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { logger, silentLogger, systemClock } from '#base'
import { type EventDocument, firstValueOf, valuesOf } from '#event'
import { type Sensor, type SensorMode, type SensorOptions, startSensor } from '#sensor'
import { takeAudit } from '../../src/sensor/sources/audit/audit-control.ts'
import { documentCollector } from '../support/document-collector.ts'

const why = whyNot()

/** Watching a host needs root on Linux. */
function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has these sources'
  if (process.getuid?.() !== 0) return 'watching the host needs root'
  return undefined
}

beforeEach((context) => context.skip(why !== undefined, why))

let sensor: Sensor | undefined
afterEach(async () => {
  await sensor?.close()
  sensor = undefined
})

async function watch(mode: Exclude<SensorMode, 'none'>, options: Partial<SensorOptions> = {}) {
  const documents = documentCollector()
  sensor = await startSensor({
    clock: systemClock,
    logger: process.env['VEDETTE_TEST_LOG']
      ? logger((...line) => console.log(...line))
      : silentLogger,
    agent: { id: 'test', version: '0.0.0' },
    mode,
    reportOwn: true,
    onEvents: documents.take,
    ...options,
  })
  return { documents, sensor, health: await sensor.health() }
}

const isAction = (action: string, mark: string) => (document: EventDocument) =>
  firstValueOf(document.source, 'event.action') === action &&
  valuesOf(document.source, 'process.args').includes(mark)

let marks = 0
const newMark = () => `vedette-mark-${process.pid}-${marks++}`

describe.each(['bpf', 'audit', 'proc'] as const)('in mode %s', (mode) => {
  test('a program is seen with its arguments, parent, user and place', async (context) => {
    const { documents, health } = await watch(mode)
    context.skip(health.mode === 'none', health.refusals[0]?.reason)
    const directory = mkdtempSync(join(tmpdir(), 'vedette-host-'))
    context.onTestFinished(() => rmSync(directory, { recursive: true }))
    const shell = join(directory, 'fresh-shell')
    copyFileSync('/bin/sh', shell)
    const mark = newMark()
    execFileSync(shell, ['-c', `sleep 0.2; /bin/sh -c 'sleep 0.2; exit 3' ${mark} || true`], {
      cwd: directory,
    })

    const { source } = await documents.next(isAction('exec', mark))
    const parent = (field: string) => firstValueOf(source, `process.parent.${field}`)
    expect(valuesOf(source, 'process.args')).toEqual(['/bin/sh', '-c', 'sleep 0.2; exit 3', mark])
    expect(firstValueOf(source, 'process.working_directory')).toBe(directory)
    expect(parent('executable')).toBe(shell)
    expect(parent('name')).toBe('fresh-shell')
    expect(firstValueOf(source, 'user.id')).toBe('0')
    expect(firstValueOf(source, 'user.name')).toBe('root')
    expect(firstValueOf(source, 'container.id')).toBeUndefined()
    expect(valuesOf(source, 'vedette.process.host_namespaces')).toContain('pid')
    expect(firstValueOf(source, 'vedette.sensor.mode')).toBe(mode)
    expect(valuesOf(source, 'process.Ext.ancestry')[0]).toBe(parent('entity_id'))

    const end = await documents.next(isAction('end', mark))
    expect(firstValueOf(end.source, 'process.exit_code')).toBe(3)
    expect(firstValueOf(end.source, 'process.entity_id')).toBe(
      firstValueOf(source, 'process.entity_id'),
    )
  })

  test('what runs already is told, with the entity id that its end will have', async (context) => {
    const mark = newMark()
    const child = spawn('/bin/sh', ['-c', 'read -r line', mark], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const { documents, health } = await watch(mode)
    child.stdin.end()
    await once(child, 'exit')
    context.skip(health.mode === 'none', health.refusals[0]?.reason)
    const running = await documents.next(isAction('already_running', mark))
    const end = await documents.next(isAction('end', mark))
    expect(firstValueOf(end.source, 'process.entity_id')).toBe(
      firstValueOf(running.source, 'process.entity_id'),
    )
    expect(firstValueOf(end.source, 'process.start')).toBe(
      firstValueOf(running.source, 'process.start'),
    )
  })

  test('short programs one after the other are all seen, with or without their arguments', async (context) => {
    const { documents, health, sensor: running } = await watch(mode)
    context.skip(health.mode === 'none', health.refusals[0]?.reason)
    const count = 100
    const pids = Array.from({ length: count }, () => spawnSync('/bin/true', ['short']).pid)
    const last = newMark()
    spawnSync('/bin/sh', ['-c', 'sleep 0.3', last])
    await documents.next(isAction('end', last))

    const execs = documents
      .all()
      .filter(({ source }) => firstValueOf(source, 'event.action') === 'exec')
    const seen = new Set(execs.map(({ source }) => firstValueOf(source, 'process.pid')))
    expect(pids.filter((pid) => !seen.has(pid))).toEqual([])
    const complete = execs.filter(({ source }) =>
      valuesOf(source, 'process.args').includes('short'),
    )
    // Only the proc connector may be too late for a command line, and then says so.
    const late = execs.filter(({ source }) =>
      valuesOf(source, 'vedette.process.unseen').includes('args'),
    )
    expect(complete.length + late.length).toBeGreaterThanOrEqual(count)
    expect(mode === 'proc' ? 0 : late.length).toBe(0)
    expect((await running.health()).counters).toMatchObject({ lost: 0, undecodable: 0 })
  })
})

test('the best source is taken by default, and its canary came back', async (context) => {
  const { health } = await watch('bpf')
  context.skip(health.mode === 'none', health.refusals[0]?.reason)
  await sensor?.close()
  sensor = undefined
  const documents = documentCollector()
  sensor = await startSensor({
    clock: systemClock,
    logger: silentLogger,
    agent: { id: 'test', version: '0.0.0' },
    onEvents: documents.take,
  })
  const { mode, canary, blindSpots } = await sensor.health()
  expect({ mode, missed: canary.missed, blindSpots }).toEqual({
    mode: 'bpf',
    missed: 0,
    blindSpots: [],
  })
  expect(canary.latencyMs).toBeGreaterThanOrEqual(0)
})

test('the programs of the sensor’s own process are counted only', async (context) => {
  const { documents, health } = await watch('bpf', { reportOwn: false })
  context.skip(health.mode === 'none', health.refusals[0]?.reason)
  const mark = newMark()
  spawnSync('/bin/sh', ['-c', 'true', mark])
  await sensor?.close()
  expect(documents.all().filter(isAction('exec', mark))).toEqual([])
  expect((await sensor?.health())?.ownEvents).toBeGreaterThan(0)
  sensor = undefined
})

test('the audit system is left as it was found', async (context) => {
  const before = auditState()
  const { health } = await watch('audit')
  context.skip(health.mode === 'none', health.refusals[0]?.reason)
  await sensor?.close()
  sensor = undefined
  expect(auditState()).toEqual(before)
})

/** Settings of the audit system, and whether our rule is free to be added. */
function auditState() {
  const control = takeAudit()
  const { before } = control
  control.restore()
  return before
}

test('a user without rights gets a sensor that sees nothing, the reasons, and the command that helps', (context) => {
  const user = spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).stdout.trim()
  context.skip(!/^\d+$/.test(user), 'there is no user nobody')
  const program = `
    process.setgid(65534); process.setuid(${user})
    const { startSensor } = await import('#sensor')
    const { silentLogger, systemClock } = await import('#base')
    const sensor = await startSensor({ clock: systemClock, logger: silentLogger,
      agent: { id: 'test', version: '0' }, onEvents: () => undefined })
    const { mode, remedy, refusals } = await sensor.health()
    console.log(JSON.stringify({ mode, remedy, refusals }))
    await sensor.close()`
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module-typescript', '-e', program],
    { cwd: new URL('../..', import.meta.url), encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  const found: unknown = JSON.parse(stdout)
  expect(found).toMatchObject({ mode: 'none', remedy: 'sudo npm start' })
  expect(found).toHaveProperty('refusals.length', 3)
})

test('the kernel’s boot clock and the documents agree on the time', async (context) => {
  const { documents, health } = await watch('bpf')
  context.skip(health.mode === 'none', health.refusals[0]?.reason)
  const mark = newMark()
  const fromMs = systemClock.nowMs()
  spawnSync('/bin/sh', ['-c', 'true', mark])
  const toMs = systemClock.nowMs()
  const { source } = await documents.next(isAction('exec', mark))
  const atMs = Date.parse(String(firstValueOf(source, '@timestamp')))
  expect(atMs).toBeGreaterThanOrEqual(fromMs - 2)
  expect(atMs).toBeLessThanOrEqual(toMs + 2)
  expect(firstValueOf(source, 'host.boot.id')).toBe(
    readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  )
})
