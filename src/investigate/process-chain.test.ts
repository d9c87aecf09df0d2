import { expect, test } from 'vitest'
import type { JsonObject } from '#base'
import { at, context, storeWith } from './investigate.fixture.ts'
import { processChain } from './process-chain.ts'

const event = (
  minutes: number,
  action: 'fork' | 'exec' | 'end',
  { id, name, parent }: { readonly id: string; readonly name: string; readonly parent: string },
): JsonObject => ({
  '@timestamp': at(minutes),
  event: { category: ['process'], action },
  user: { name: 'deploy' },
  process: { entity_id: id, pid: 7, name, args: [name, '-x'], parent: { entity_id: parent } },
})

const alert: JsonObject = {
  'kibana.alert.original_time': at(0),
  user: { name: 'deploy' },
  process: {
    entity_id: 'own',
    name: 'docker',
    args: ['docker', 'run'],
    Ext: { ancestry: ['parent', 'shell', 'gone'] },
    parent: { entity_id: 'parent', name: 'upd', pid: 6 },
  },
}

const told = async (events: readonly JsonObject[], of = alert) => {
  const chain = await processChain(of, { events: await storeWith(...events), context })
  return {
    line: chain?.processes.map(({ role, name }) => `${role} ${name}`),
    unseen: chain?.unseen,
    chain,
  }
}

test('ancestors stand from the oldest to the alert, then what it started; unseen ones are counted', async () => {
  const { line, unseen } = await told([
    event(-60, 'exec', { id: 'shell', name: 'bash', parent: 'gone' }),
    event(-5, 'fork', { id: 'parent', name: 'bash', parent: 'shell' }),
    event(-5, 'exec', { id: 'parent', name: 'upd', parent: 'shell' }),
    event(1, 'exec', { id: 'child', name: 'sh', parent: 'own' }),
    event(90, 'exec', { id: 'late', name: 'late', parent: 'own' }),
  ])
  expect(line).toEqual(['ancestor bash', 'parent upd', 'alert docker', 'child sh'])
  expect(unseen).toBe(1)
})

test('a process that became another program says what it was', async () => {
  const { chain } = await told([
    event(-6, 'exec', { id: 'parent', name: 'bash', parent: 'shell' }),
    event(-5, 'exec', { id: 'parent', name: 'upd', parent: 'shell' }),
  ])
  expect(chain?.processes[0]).toMatchObject({ name: 'upd', earlier: ['bash'] })
})

test('without stored events the alert itself tells of its parent', async () => {
  const { line, unseen } = await told([])
  expect(line).toEqual(['parent upd', 'alert docker'])
  expect(unseen).toBe(2)
})

test('an alert without entity ids has what it carries, one about no process nothing', async () => {
  const bare = { process: { name: 'a', parent: { name: 'b' } } }
  expect((await told([], bare)).line).toEqual(['parent b', 'alert a'])
  expect((await told([], { 'event.kind': 'signal' })).line).toBeUndefined()
})
