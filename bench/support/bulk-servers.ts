import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { systemClock, type JsonObject } from '#base'
import { ecsCatalogue } from '#event'
import { ruleSet } from '#query'
import { readRules } from '#rule'
import type { AcceptedEvent } from '#store'
import { lineSplitter, type Line } from '../../src/server/bulk/lines.ts'
import { bulkAnswer, keptResult } from '../../src/server/bulk/result.ts'
import { serverUnderTest } from '../../src/server/server-under-test.ts'
import { wholeCorpus } from '../../test/support/whole-corpus.ts'

/** A server of a bench. */
export interface BenchServer {
  readonly url: string
  readonly token: string
  /** Resolves once nothing waits for more than its answer, to what was made of the events so far. */
  settled(): Promise<JsonObject>
  close(): Promise<void>
}

/** The servers that are compared, by name; each is given the folder of the rules. */
export const bulkServers = { matching, engine, parsing } as const

/** The product, whose new events are matched with the filters of all rules before they are answered for. */
async function matching(rules: string): Promise<BenchServer> {
  const filters = ruleSet<string>(ecsCatalogue())
  const context = { fields: ecsCatalogue(), nowMs: systemClock.nowMs() }
  for (const [place, { ruleId, filter, indices }] of wholeCorpus(rules).entries()) {
    filters.put(`${ruleId} ${place}`, { filter, context, indices })
  }
  const counts = { filters: filters.size, matched: 0, matches: 0 }
  const offer = (events: readonly AcceptedEvent[]): void => {
    counts.matched += events.length
    for (const event of events) counts.matches += filters.matchingEvent(event).length
  }
  const server = await serverUnderTest({ kind: 'embedded', offer })
  return { ...server, settled: async () => ({ ...counts }) }
}

/** The whole product with all rules on: sequences are followed, histories learnt, alerts stored. */
async function engine(rules: string): Promise<BenchServer> {
  const server = await serverUnderTest({ kind: 'embedded' })
  const { engine: own } = server
  const read = globSync(`${rules}/**/*.toml`).flatMap(
    (path) => readRules(readFileSync(path), { path }).rules,
  )
  // Each on a schedule of a day: executions, which read the same events again, are another question.
  const schedule = { enabled: true, interval: '1d', from: 'now-1d' }
  for (const rule of read) await own.rules.install({ ...rule, ...schedule }, { user: 'bench' })
  // Whatever is switched on is executed once at first.
  do await systemClock.sleep(500)
  while (own.facts().runningExecutions > 0)
  return {
    ...server,
    async settled() {
      await own.idle()
      const { live, enabledRules } = own.facts()
      return { enabledRules, ...live }
    },
  }
}

/** The yardstick: receives, calls JSON.parse on each line, and gives the same answer. It keeps nothing. */
async function parsing(): Promise<BenchServer> {
  let parsed = 0
  const server = createServer((request, response) => {
    void (async () => {
      const body = await answer(request)
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    })()
  })
  const answer = async (request: AsyncIterable<Uint8Array>): Promise<string> => {
    const lines = lineSplitter(16 * 1024 * 1024)
    const values: JsonObject[] = []
    const take = (found: readonly Line[]): void => {
      for (const line of found) if (line.kind === 'text') values.push(JSON.parse(line.text))
    }
    for await (const chunk of request) take(lines.push(chunk))
    take(lines.end())
    parsed += values.length / 2
    const results = Array.from({ length: values.length / 2 }, () =>
      keptResult(
        { operation: 'create', index: 'logs-endpoint.events.process-default' },
        { id: '00000000-0000-4000-8000-000000000000', result: 'created' },
      ),
    )
    return JSON.stringify(bulkAnswer(results, 0))
  }
  server.keepAliveTimeout = 65_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    token: '',
    settled: async () => ({ parsed }),
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
