import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { manualClock } from '#base'
import { fieldIs, foundIds, searchOf } from '../conformance/support.fixture.ts'
import { writeFirstFormat } from './first-format.fixture.ts'
import { openEmbeddedStore } from './open-embedded-store.ts'
import { withDirectory } from './temporary-directory.fixture.ts'

test('a directory of the first format is read, added to, and refused by whoever knows only that', () =>
  withDirectory(async (directory) => {
    await writeFirstFormat(directory)
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
