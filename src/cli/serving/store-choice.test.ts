import { expect, test } from 'vitest'
import type { Call } from '../command.ts'
import { storeChoiceOf } from './store-choice.ts'

function callWith(options: { readonly [name: string]: string | readonly string[] }): Call {
  return {
    positionals: [],
    text: (name) => [options[name]].flat()[0],
    texts: (name) => [options[name] ?? []].flat(),
    has: (name) => name in options,
  }
}

test('without an address everything is kept in the data directory', () => {
  expect(storeChoiceOf(callWith({}), {})).toEqual({ kind: 'embedded' })
})

test('an address names a cluster, and the environment the password', () => {
  const call = callWith({
    store: ['https://a.example:9200/', 'https://b.example:9200'],
    'store-name': 'soc',
    'store-user': 'vedette',
  })
  expect(storeChoiceOf(call, { VEDETTE_STORE_PASSWORD: 'secret' })).toEqual({
    kind: 'elasticsearch',
    nodes: ['https://a.example:9200', 'https://b.example:9200'],
    name: 'soc',
    login: { kind: 'password', user: 'vedette', password: 'secret' },
  })
})

test('a key of the environment is used where no user is named', () => {
  const choice = storeChoiceOf(callWith({ store: 'http://127.0.0.1:9200' }), {
    VEDETTE_STORE_API_KEY: 'key',
  })
  expect(choice).toMatchObject({ login: { kind: 'api-key', key: 'key' } })
})

test.each([
  [{ store: 'cluster:9200' }, 'is no address'],
  [{ store: 'http://cluster.example:9200' }, 'only https:// over a network'],
  [{ store: 'https://me:secret@cluster.example' }, 'no name or password in the address'],
  [{ store: 'https://a.example', 'store-user': 'me' }, 'VEDETTE_STORE_PASSWORD'],
  [{ store: 'https://a.example', 'store-ca': '/nowhere/ca.pem' }, 'cannot be read'],
  [{ 'store-name': 'soc' }, 'go with --store URL'],
])('%j is refused with what to do', (options, words) => {
  expect(() => storeChoiceOf(callWith(options), {})).toThrow(words)
})
