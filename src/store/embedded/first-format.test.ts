import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { manualClock } from '#base'
import { fieldIs, foundIds, searchOf } from '../conformance/support.fixture.ts'
import { openEmbeddedStore } from './open-embedded-store.ts'
import { withDirectory } from './temporary-directory.fixture.ts'

/** A segment of three events, `e0` to `e2` of `logs-old-x`, by the code that wrote the first format. */
const segment =
  'VkRUU0VHMQootS/9YPQAfQUA8sojJZAnzQH/+92d7sUZtkl72xvPbiW7G1aTd1vcdWBFTZL4ZtezAhfGe+9wZWhQPTIlZKrx3jscf67QEfadLOnnCv09K6m92Xezckvi5weICIC6R25AGqQiBJGAon6fUBLTrDCG4M2e1aJw/XPk7xf7+QIthEOdOMT3C16N/SAykPsuWMw0J4395J5VY8UC95sLACmDILBZwJSC88BjK+M1YEvAvMLJ/JTh8QI4AUfDZ9rEuhvDf07mGkUY/mmUHZ+WPAnJAVaWQGWLyLIotS/9AFjNCQA2EjkiQGmdAzwrjhRcYD1o+5DutBLhGc/sLbjWRihByK+MYRgGBC4AMAAtAMa+OS4IRAWOES4kd7nv6BjnErHvhJMggyvdd4ScwFfKQFdszw7yAoELYk/PuQyKiIkBHL14tSyqVFU1URoCsYAvulquYGggydCPBB2xb3avgW8pCNs3QcOx+YEDaq0cryZLDrY0OY69m9yVkbD9QXwgQ1fJPnI7jpRwjOJqzqly/w5z7R/4ul/U5D5zzuX9TMyBIwYeutlJk+Kqgfg5cuVEDkURJWGIYrDWvKvZFsBqzUBUlzlbU4V1NAUgIEACQpRkdeUGBFsPM3DrSwEiCvbCIZyVZZo+s2+u9qnNbKHcu23OtVwzo4vsgXzGAEl/y7rDBqph8dHKdl0urJTLxQO0AwNUls+pD70I4rAYQgEAAM8iL5NWRFRTRUcxCg=='

test('a directory of the first format is read, added to, and refused by whoever knows only that', () =>
  withDirectory(async (directory) => {
    await mkdir(join(directory, 'events'))
    await writeFile(join(directory, 'format'), '{"format":"vedette-data","version":1}\n')
    const path = join(directory, 'events', '0000000000000001.segment')
    await writeFile(path, Buffer.from(segment, 'base64'))
    const store = await openEmbeddedStore({ directory, clock: manualClock(0) })
    const idsWhere = (name: string) => foundIds(store, { filter: fieldIs('process.name', name) })
    expect(await foundIds(store, {})).toEqual(['e0', 'e1', 'e2'])
    expect(await idsWhere('bash')).toEqual(['e1'])
    expect(await idsWhere('é')).toEqual(['e2'])
    expect(await store.events.count(searchOf({ filter: { kind: 'all' } }))).toBe(3)
    expect(await store.events.get('logs-old-x', 'e1')).toMatchObject({ sequence: 2 })
    const outcomes = await store.events.append(
      ['e1', 'e3'].map((id) => ({
        index: 'logs-old-x',
        id,
        source: { process: { name: 'bash' } },
      })),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['exists', 'created'])
    expect(await idsWhere('bash')).toEqual(['e1', 'e3'])
    await store.close()
    expect(await readFile(join(directory, 'format'), 'utf8')).toContain('"version":2')
  }))
