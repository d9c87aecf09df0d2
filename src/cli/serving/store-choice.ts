import { readFileSync } from 'node:fs'
import { messageOf } from '#base'
import type { ElasticsearchStoreOptions } from '#store'
import type { Call } from '../command.ts'
import { usageFault } from '../exit-code.ts'
import { isLoopback } from './server-tls.ts'

/** Where events and documents are kept: in the data directory, or on a cluster. */
export type StoreChoice =
  | { readonly kind: 'embedded' }
  | ({ readonly kind: 'elasticsearch' } & Omit<ElasticsearchStoreOptions, 'clock' | 'log'>)

/**
 * The store that `--store` and what belongs to it name. Secrets come by the environment, where other users of the host do
 * not see them. Faults of usage: addresses that are none, and plain HTTP over a network.
 */
export function storeChoiceOf(
  call: Call,
  environment: { readonly [name: string]: string | undefined },
): StoreChoice {
  const nodes = call.texts('store').map(addressOf)
  const [name, user, authorityFile] = [
    call.text('store-name'),
    call.text('store-user'),
    call.text('store-ca'),
  ]
  if (nodes.length === 0) {
    const alone = [name, user, authorityFile].some((option) => option !== undefined)
    if (alone) throw usageFault('--store-name, --store-user and --store-ca go with --store URL')
    return { kind: 'embedded' }
  }
  return {
    kind: 'elasticsearch',
    nodes,
    ...(name !== undefined && { name }),
    ...(authorityFile !== undefined && { authority: textOf(authorityFile) }),
    ...loginOf(user, environment),
  }
}

function addressOf(text: string): string {
  const url = URL.parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw usageFault(`--store ${text} is no address such as https://cluster.example:9200`)
  }
  if (url.username !== '' || url.password !== '') {
    throw usageFault(
      '--store: no name or password in the address, where others see it; give --store-user and VEDETTE_STORE_PASSWORD',
    )
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname.replaceAll(/^\[|\]$/g, ''))) {
    throw usageFault(`--store ${text}: only https:// over a network; http:// is for this machine`)
  }
  return text.replace(/\/+$/, '')
}

function loginOf(
  user: string | undefined,
  environment: { readonly [name: string]: string | undefined },
): Pick<ElasticsearchStoreOptions, 'login'> {
  const key = environment['VEDETTE_STORE_API_KEY']
  if (user === undefined) return key === undefined ? {} : { login: { kind: 'api-key', key } }
  const password = environment['VEDETTE_STORE_PASSWORD']
  if (password === undefined) {
    throw usageFault('--store-user needs the password in the environment: VEDETTE_STORE_PASSWORD')
  }
  return { login: { kind: 'password', user, password } }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    throw usageFault(`--store-ca ${file} cannot be read: ${messageOf(thrown)}`)
  }
}
