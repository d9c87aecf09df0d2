import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { describeStore } from '../conformance.ts'
import { openEmbeddedStore } from './open-embedded-store.ts'

let root = ''
let stores = 0

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vedette-store-'))
})
afterAll(() => rm(root, { recursive: true }))

const fresh = (): string => join(root, `${stores++}`)

describeStore('embedded store', ({ clock }) => openEmbeddedStore({ directory: fresh(), clock }))

describeStore('embedded store with segments of a few events', ({ clock }) =>
  openEmbeddedStore({ directory: fresh(), clock, segmentEvents: 40, cacheBytes: 4_096 }),
)

describeStore('embedded store that reads every block', ({ clock }) =>
  openEmbeddedStore({ directory: fresh(), clock, segmentEvents: 40, pruning: false }),
)
