import { expect, test } from 'vitest'
import { containerOf, mayMakeContainer } from './container-of.ts'
import { at, context, storeWith } from './investigate.fixture.ts'

const command = (...args: readonly string[]) => ({
  'kibana.alert.original_time': at(0),
  process: { name: 'docker', args: ['docker', ...args] },
  host: { name: 'edge' },
})
const made = (id: string, image: string, more: { readonly name?: string; host?: string } = {}) => ({
  '@timestamp': at(0.05),
  event: { action: 'container-created' },
  host: { name: more.host ?? 'edge' },
  container: { id, name: more.name ?? 'calm_curie', image: { name: image, tag: ['3.20'] } },
})

test('the container that an event names is the one', async () => {
  const events = await storeWith()
  expect(await containerOf({ container: { id: 'abc' } }, { events, context })).toMatchObject({
    id: 'abc',
    confidence: 'certain',
  })
})

test('after a command the container made from its image on that host is likely the one', async () => {
  const events = await storeWith(
    made('one', 'alpine'),
    made('other-image', 'redis'),
    made('other-host', 'alpine', { host: 'far' }),
  )
  const run = command('run', '--privileged', 'alpine:3.20', 'sh')
  expect(await containerOf(run, { events, context })).toMatchObject({
    id: 'one',
    confidence: 'likely',
  })
})

test('two containers that fit alike are none, but a name tells them apart', async () => {
  const events = await storeWith(made('one', 'alpine'), made('two', 'alpine', { name: 'mine' }))
  expect(await containerOf(command('run', 'alpine'), { events, context })).toBeUndefined()
  for (const name of [['--name', 'mine'], ['--name=mine']]) {
    const found = await containerOf(command('run', ...name, 'alpine'), { events, context })
    expect(found).toMatchObject({ id: 'two', confidence: 'certain' })
  }
})

test('only commands that make containers are followed by one', () => {
  expect(mayMakeContainer(command('run', 'alpine'))).toBe(true)
  expect(mayMakeContainer(command('ps'))).toBe(false)
  expect(mayMakeContainer({ process: { name: 'ls', args: ['ls', 'run'] } })).toBe(false)
})
