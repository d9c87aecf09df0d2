import { Fault } from '#base'

/** What sets one cluster apart from another, as far as this store is concerned. */
export interface Dialect {
  /** For people: `OpenSearch 2`. */
  readonly title: string
  /** Whether EQL can be asked there; our machine runs sequences either way. */
  readonly runsEql: boolean
  /** Whether ES|QL can be asked there. */
  readonly runsEsql: boolean
}

/** Every dialect that we speak, by distribution and first number of the version. */
const dialects: { readonly [name: string]: Dialect } = {
  'opensearch 2': { title: 'OpenSearch 2', runsEql: false, runsEsql: false },
  'opensearch 3': { title: 'OpenSearch 3', runsEql: false, runsEsql: false },
  'elasticsearch 8': { title: 'Elasticsearch 8', runsEql: true, runsEsql: true },
  'elasticsearch 9': { title: 'Elasticsearch 9', runsEql: true, runsEsql: true },
}

/** The dialect of what a cluster says of itself; Elasticsearch names no distribution. Fault `invalid` for one we do not speak. */
export function dialectOf(told: {
  readonly distribution: string
  readonly version: string
}): Dialect {
  const distribution = told.distribution === '' ? 'elasticsearch' : told.distribution
  const dialect = dialects[`${distribution} ${told.version.split('.')[0]}`]
  if (dialect !== undefined) return dialect
  throw new Fault(
    'invalid',
    'store.unknown-cluster',
    `${distribution} ${told.version} is no cluster to keep things in; there are ${Object.values(
      dialects,
    )
      .map(({ title }) => title)
      .join(', ')}`,
  )
}
