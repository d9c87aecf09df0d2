import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { WireAlert } from '#api'
import { run } from '../support/docker.ts'
import { startServing, type RunningServer } from '../support/running-server.ts'

/** A series of real processes, seen by the sensor, joined by a starter rule in EQL, told while it happens. */

let server: RunningServer
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-sequence-'))
  server = await startServing(join(folder, 'data'), [])
})

afterAll(async () => {
  await server?.stop()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

beforeEach((context) => {
  context.skip(!server.stderr().includes('eBPF'), 'no eBPF on this host')
})

/** Runs a command line in a shell of its own, which stays the parent of each command. */
async function inShell(commandLine: string): Promise<void> {
  await run('/bin/sh', ['-c', `${commandLine}; true`])
}

async function alertsOf(rule: string): Promise<readonly WireAlert['document'][]> {
  const documents = (await server.alerts()).map(({ document }) => document)
  return documents.filter((alert) => alert['kibana.alert.rule.name'] === rule)
}

test('a shell that is copied and made setuid alerts with both steps and what they share', async () => {
  const rule = 'Shell Copied and Given the Rights of Its Owner'
  const [other, copy] = [join(folder, 'other'), join(folder, 'kept')]
  // A copy that stays as it is, another program that is made setuid, and the bit before the copy.
  await inShell(`cp /bin/bash ${other}`)
  await inShell(`cp /bin/true ${copy}; chmod u+s ${copy}`)
  await inShell(`cp /bin/bash ${copy}`)
  await inShell(`chmod u+s ${copy}`)
  await server.until(async () => (await alertsOf(rule)).length >= 3)

  const alerts = await alertsOf(rule)
  const blocks = alerts
    .filter((alert) => alert['kibana.alert.building_block_type'] === 'default')
    .toSorted(
      (a, b) => Number(a['kibana.alert.group.index']) - Number(b['kibana.alert.group.index']),
    )
  expect(alerts).toHaveLength(3)
  expect(blocks.map(({ process }) => process)).toMatchObject([
    { name: 'cp', args: ['cp', '/bin/bash', copy] },
    { name: 'chmod', args: ['chmod', 'u+s', copy] },
  ])
  expect(alerts.find((alert) => !blocks.includes(alert))).toMatchObject({
    'kibana.alert.depth': 2,
    'kibana.alert.severity': 'high',
    process: { args: [copy] },
  })
  expect(new Set(alerts.map((alert) => alert['kibana.alert.group.id'])).size).toBe(1)
})

test.each([
  [
    'Program Deletes Its Own File',
    2,
    (path: string) => `cp /bin/bash ${path}; ${path} -c "rm -f ${path}; true"`,
  ],
  [
    'Shell History Removed Before Logout',
    2,
    (path: string) => `script -qec "rm -f ${path}_history; true" /dev/null`,
  ],
  [
    'Setuid Program Run From an Unusual Place',
    0,
    (path: string) => `cp /bin/true ${path}; chmod u+s ${path}; ${path}`,
  ],
])('%s tells of real processes', async (rule, steps, commandLine) => {
  await inShell(commandLine(join(folder, rule.replaceAll(' ', '-'))))
  await server.until(async () => (await alertsOf(rule)).length > steps)
  const blocks = (await alertsOf(rule)).filter(
    (alert) => alert['kibana.alert.group.index'] !== undefined,
  )
  expect(blocks).toHaveLength(steps)
})
