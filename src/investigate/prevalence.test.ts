import { expect, test } from 'vitest'
import { at, context, storeWith } from './investigate.fixture.ts'
import { withStarts } from './prevalence.ts'
import type { ChainProcess } from './process-chain.ts'

const process = (executable: string): ChainProcess => ({
  entityId: executable,
  pid: '1',
  name: executable,
  executable,
  args: [],
  user: 'root',
  startedMs: undefined,
  role: 'ancestor',
  earlier: [],
})
const start = (executable: string) => ({
  '@timestamp': at(-1),
  event: { action: 'exec' },
  process: { executable },
})

test('programs of a chain are told with how often they were started', async () => {
  const events = await storeWith(start('/bin/sh'), start('/bin/sh'), start('/bin/ls'))
  const chain = {
    processes: ['/bin/sh', '/tmp/new', ''].map(process),
    unseen: 0,
    moreChildren: false,
  }
  const { processes } = await withStarts(chain, { events, context })
  expect(processes.map(({ starts }) => starts)).toEqual([2, 0, undefined])
})
