// What an application does with a client of Elasticsearch, unmodified: node exercise.mjs PACKAGE URL TOKEN EVENTS
const [, , name = '', node = '', token = '', count = '0'] = process.argv
const { Client } = await import(name)
const client = new Client({
  node,
  auth: name.startsWith('@opensearch') ? { username: 'any', password: token } : { apiKey: token },
  maxRetries: 5,
  compression: true,
})

/** Clients of OpenSearch give the whole answer, those of Elasticsearch its body. */
const bodyOf = (answer) => answer.body ?? answer
/** What both take: the body of a request stands apart, or among the parameters. */
const asked = (index, body) =>
  name.startsWith('@opensearch') ? { index, body } : { index, ...body }

const index = 'logs-exercise-default'
const events = Array.from({ length: Number(count) }, (_, i) => ({
  id: `event-${i}`,
  '@timestamp': new Date(Date.UTC(2026, 10, 24) + i * 1_000).toISOString(),
  host: { name: i % 3 === 0 ? 'web' : 'db' },
  process: { pid: i },
}))

const { version, tagline } = bodyOf(await client.info())
console.log(`told ${version.number}: ${tagline}`)

/** Sends what is not acknowledged yet until everything is, as a careful sender does; a 409 is an event that is there. */
let left = events
for (let attempt = 0; left.length > 0 && attempt < 100; attempt++) {
  const unsent = new Set(left)
  try {
    await client.helpers.bulk({
      datasource: left,
      flushBytes: 20_000,
      concurrency: 2,
      retries: 3,
      wait: 200,
      onDocument: ({ id }) => {
        // A note for whoever watches, every now and then.
        if (id.endsWith('00')) console.log(`sending ${id}`)
        return { create: { _index: index, _id: id } }
      },
      onDrop: ({ status, document, error }) => {
        if (status !== 409) throw new Error(`dropped: ${status} ${JSON.stringify(error)}`)
        unsent.delete(document)
      },
      onSuccess: ({ document }) => unsent.delete(document),
    })
    left = []
  } catch (error) {
    console.log(`again after ${error.name}`)
    left = [...unsent]
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}
if (left.length > 0) throw new Error(`${left.length} were never acknowledged`)
console.log('acknowledged')

const found = []
for await (const { documents } of client.helpers.scrollSearch(asked(index, { size: 500 }))) {
  found.push(...documents.map(({ id }) => id))
}
const search = bodyOf(
  await client.search(
    asked(index, {
      size: 1,
      sort: [{ '@timestamp': 'desc' }],
      query: { bool: { filter: [{ term: { 'host.name': 'web' } }] } },
      aggs: { hosts: { terms: { field: 'host.name' } }, most: { max: { field: 'process.pid' } } },
    }),
  ),
)
const { count: counted } = bodyOf(await client.count({ index }))
const isThere = await client.indices.exists({ index })
const missing = await client.search(asked('nothing', {})).catch((error) => error)
console.log(
  JSON.stringify({
    found: found.length,
    different: new Set(found).size,
    counted,
    web: search.hits.total.value,
    hosts: search.aggregations.hosts.buckets,
    most: search.aggregations.most.value,
    isThere: bodyOf(isThere),
    missing: {
      status: missing.statusCode,
      type: missing.body?.error?.type ?? missing.meta?.body?.error?.type,
    },
  }),
)
