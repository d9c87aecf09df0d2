import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startServing, type RunningServer } from '../support/running-server.ts'

/** How often the server is killed; the full run has fifty. */
const kills = Number(process.env['VEDETTE_KILLS'] ?? 5)
const batches = Math.max(60, kills * 12)
const batchEvents = 40
const index = 'logs-endpoint.events.process-default'

const rules = `
[rule]
rule_id = "kill-query"
name = "Every marked process"
description = "Alerts on each marked event."
type = "query"
language = "kuery"
index = ["logs-endpoint.events.process*"]
query = "process.name: marked"
severity = "low"
risk_score = 21
interval = "2s"
from = "now-30m"
max_signals = 1000
timestamp_override = "event.ingested"
`

const newTermsRule = `
[rule]
rule_id = "kill-new-terms"
name = "New parent"
description = "Alerts on each parent once."
type = "new_terms"
language = "kuery"
index = ["logs-endpoint.events.process*"]
query = "process.name: docker"
severity = "low"
risk_score = 21
interval = "2s"
from = "now-30m"
max_signals = 1000
timestamp_override = "event.ingested"

[rule.new_terms]
field = "new_terms_fields"
value = ["process.parent.executable"]
[[rule.new_terms.history_window_start]]
field = "history_window_start"
value = "now-14d"
`

interface Planned {
  readonly id: string
  readonly line: string
}

/** The same events in every run; times are the only thing that differs. */
function plannedBatch(batch: number): readonly Planned[] {
  return Array.from({ length: batchEvents }, (_, n) => {
    const number = batch * batchEvents + n
    const id = `event-${number}`
    const name = number % 37 === 0 ? 'marked' : number % 11 === 0 ? 'docker' : 'other'
    const event = {
      '@timestamp': new Date().toISOString(),
      event: { category: ['process'], type: ['start'], kind: 'event' },
      process: { name, parent: { executable: `/parent/${Math.floor(number / 110)}` } },
      number,
    }
    return {
      id,
      line: `${JSON.stringify({ create: { _index: index, _id: id } })}\n${JSON.stringify(event)}\n`,
    }
  })
}

/** Repeats the same chances in every run, so that a failure can be run again. */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

interface Outcome {
  readonly acknowledged: ReadonlySet<string>
  readonly kept: readonly string[]
  /** What each alert is about, sorted; doubles stand twice. */
  readonly alerts: readonly string[]
  readonly killed: number
}

async function run(killTimes: number, rulesDirectory: string): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-kill-'))
  const options = [
    '--no-sensor',
    '--no-starter-rules',
    '--rules',
    rulesDirectory,
    '--log-level',
    'error',
  ]
  const chance = chances(20_261_124)
  const acknowledged = new Set<string>()
  let server = await startServing(directory, options)
  let killed = 0
  try {
    for (let batch = 0; batch < batches; batch++) {
      const planned = plannedBatch(batch)
      // Kills fall among the batches at random, each at a random moment of its request.
      const left = batches - batch
      const isLast = killTimes - killed >= left
      const fatal = killed < killTimes && (isLast || chance() < (killTimes - killed) / left)
      if (fatal) {
        const dying = server
        const request = dying.bulk(planned.map(({ line }) => line).join('')).then(
          (answer) => answer.items,
          () => [],
        )
        await pause(chance() * 15)
        await dying.stop('SIGKILL')
        killed++
        for (const item of await request) noteAcknowledged(item, acknowledged)
        server = await startServing(directory, options)
      }
      const unacknowledged = planned.filter(({ id }) => !acknowledged.has(id))
      if (unacknowledged.length === 0) continue
      const { items } = await server.bulk(unacknowledged.map(({ line }) => line).join(''))
      for (const item of items) noteAcknowledged(item, acknowledged)
    }
    return {
      acknowledged,
      killed,
      kept: await keptIds(server),
      alerts: await settledAlerts(server),
    }
  } finally {
    await server.stop('SIGKILL')
    await rm(directory, { recursive: true, force: true })
  }
}

function noteAcknowledged(
  item: { readonly [operation: string]: { readonly _id: string; readonly status: number } },
  acknowledged: Set<string>,
): void {
  for (const { _id, status } of Object.values(item)) {
    // 409: the lost answer had been 201.
    if (status === 201 || status === 409) acknowledged.add(_id)
  }
}

const pageEvents = 5_000

async function keptIds(server: RunningServer): Promise<readonly string[]> {
  const ids: string[] = []
  for (let from = 0; from < batches * batchEvents; from += pageEvents) {
    const query = `number >= ${from} and number < ${from + pageEvents}`
    const { events } = await server.api.searchEvents({ query, limit: 10_000, index })
    ids.push(...events.map(({ id }) => id))
  }
  const { store } = await server.api.getStatus({})
  expect(store.events).toBe(ids.length)
  return ids.toSorted()
}

/** The alerts once every rule has run over everything again. */
async function settledAlerts(server: RunningServer): Promise<readonly string[]> {
  for (const { id } of (await server.api.listRules({})).rules) {
    const execution = await server.api.runRule({ id })
    expect(execution).toMatchObject({ status: 'succeeded' })
  }
  const about: string[] = []
  let after: string | undefined
  do {
    const page = await server.api.listAlerts({
      limit: 1_000,
      ...(after !== undefined && { after }),
    })
    for (const { document } of page.alerts) {
      const terms = document['kibana.alert.new_terms']
      const what = terms === undefined ? document['number'] : terms
      about.push(`${JSON.stringify(document['kibana.alert.rule.rule_id'])} ${JSON.stringify(what)}`)
    }
    after = page.next
  } while (after !== undefined)
  return about.toSorted()
}

test(
  `a server killed ${kills} times during ingest keeps every acknowledged event, once, and tells every alert, once`,
  { timeout: 120_000 + kills * 20_000 },
  async () => {
    const rulesDirectory = await mkdtemp(join(tmpdir(), 'vedette-kill-rules-'))
    try {
      await writeFile(join(rulesDirectory, 'query.toml'), rules)
      await writeFile(join(rulesDirectory, 'new-terms.toml'), newTermsRule)
      const interrupted = await run(kills, rulesDirectory)
      const uninterrupted = await run(0, rulesDirectory)

      expect(interrupted.killed).toBe(kills)
      expect(interrupted.acknowledged.size).toBe(batches * batchEvents)
      expect(interrupted.kept).toEqual([...interrupted.acknowledged].toSorted())
      expect(uninterrupted.alerts.length).toBeGreaterThan(50)
      expect(interrupted.alerts).toEqual(uninterrupted.alerts)
    } finally {
      await rm(rulesDirectory, { recursive: true, force: true })
    }
  },
)
