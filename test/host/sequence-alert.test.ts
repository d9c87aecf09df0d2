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

type Document = WireAlert['document']

async function alertsOf(rule: string): Promise<readonly Document[]> {
  const documents = (await server.alerts()).map(({ document }) => document)
  return documents.filter((alert) => alert['kibana.alert.rule.name'] === rule)
}

/** The building blocks to which the alert of a sequence leads, in their order. */
async function blocksOf(alert: Document): Promise<readonly Document[]> {
  const { alerts } = await server.api.listAlerts({ sequence: String(alert['kibana.alert.uuid']) })
  const place = (block: Document) => Number(block['kibana.alert.group.index'])
  return alerts.map(({ document }) => document).toSorted((a, b) => place(a) - place(b))
}

test('a shell that is copied and made setuid alerts with both steps and what they share', async () => {
  const rule = 'Shell Copied and Given the Rights of Its Owner'
  const [other, copy] = [join(folder, 'other'), join(folder, 'kept')]
  // A copy that stays as it is, another program that is made setuid, and the bit before the copy.
  await inShell(`cp /bin/bash ${other}`)
  await inShell(`cp /bin/true ${copy}; chmod u+s ${copy}`)
  await inShell(`cp /bin/bash ${copy}`)
  await inShell(`chmod u+s ${copy}`)
  await server.until(async () => (await alertsOf(rule)).length > 0)

  const [alert, ...others] = await alertsOf(rule)
  expect(others).toEqual([])
  expect(alert).toMatchObject({
    'kibana.alert.depth': 2,
    'kibana.alert.severity': 'high',
    process: { args: [copy] },
  })
  const blocks = await blocksOf(alert ?? {})
  expect(blocks).toMatchObject([
    { process: { name: 'cp', args: ['cp', '/bin/bash', copy] } },
    { process: { name: 'chmod', args: ['chmod', 'u+s', copy] } },
  ])
  const groups = [alert ?? {}, ...blocks].map((each) => each['kibana.alert.group.id'])
  expect(new Set(groups).size).toBe(1)
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
  await server.until(async () => (await alertsOf(rule)).length > 0)
  const [alert] = await alertsOf(rule)
  expect(await blocksOf(alert ?? {})).toHaveLength(steps)
})
