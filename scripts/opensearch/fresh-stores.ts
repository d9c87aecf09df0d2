import { randomUUID } from 'node:crypto'
import { systemClock, type Clock, type JsonObject } from '#base'
import { openStore, type Store } from '#store'

/** Empty stores on one cluster. Making one takes seconds, so one that was closed is emptied and given out again. */
export interface FreshStores {
  open(options?: { readonly clock?: Clock }): Promise<Store>
  /** Removes everything that they wrote. */
  remove(): Promise<void>
}

/** {@link FreshStores} on the cluster of these nodes. */
export function freshStores(nodes: readonly string[]): FreshStores {
  const [node = ''] = nodes
  const made: string[] = []
  const free: string[] = []

  const makeName = (): string => {
    const name = `t-${randomUUID().slice(0, 13)}`
    made.push(name)
    return name
  }

  return {
    async open({ clock = systemClock } = {}) {
      const name = free.pop() ?? makeName()
      const store = await openStore({ kind: 'elasticsearch', nodes, name, clock })
      return {
        ...store,
        async close() {
          await store.close()
          await emptyStore(node, name)
          free.push(name)
        },
      }
    },
    async remove() {
      for (const name of made) await removeStore(node, name)
    },
  }
}

async function emptyStore(node: string, name: string): Promise<void> {
  const all = `${node}/${name}-events,.${name}-*`
  await post(`${all}/_refresh?expand_wildcards=all`)
  await post(`${all}/_delete_by_query?refresh=true&conflicts=proceed&expand_wildcards=all`, {
    query: { match_all: {} },
  })
}

async function post(url: string, body: JsonObject = {}): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`empty a store: ${answer.status} ${await answer.text()}`)
}

/** Removes everything that a store of a name wrote. */
export async function removeStore(node: string, name: string): Promise<void> {
  for (const path of [
    `_data_stream/${name}-events`,
    `_index_template/${name}-events`,
    `.${name}-*?expand_wildcards=all`,
  ]) {
    await fetch(`${node}/${path}`, { method: 'DELETE' })
  }
}
