import { randomUUID } from 'node:crypto'
import type { JsonObject } from '#base'
import { checkDerivedName, type DerivedReader, type DerivedStore } from '../derived-store.ts'
import type { Cluster } from './cluster.ts'
import { indexSetup, refreshing } from './index-setup.ts'
import { numberAt, objectAt, objectsAt, textAt } from './reply.ts'

/** Bytes of one document, before base64. */
const pieceBytes = 512 * 1024

/** What a name stands for: which pieces, and how much they are. */
interface Volume {
  readonly name: string
  readonly generation: string
  readonly pieces: number
  readonly size: number
}

/** Derived bytes in an index of a cluster: pieces, and for each name a document that says which ones are its. */
export function elasticsearchDerivedStore(cluster: Cluster, name: string): DerivedStore {
  const index = `.${name}-derived`
  const prepared = indexSetup(cluster, { index, mappings })
  const visible = refreshing(cluster, index)

  const put = async (id: string, body: JsonObject): Promise<void> => {
    const path = `/${index}/_doc/${id}`
    await cluster.request({ doing: 'write what is derived', method: 'PUT', path, body })
    visible.note()
  }

  const read = async (id: string): Promise<JsonObject | undefined> => {
    await prepared()
    const { status, body } = await cluster.request({
      doing: 'read what is derived',
      method: 'GET',
      path: `/${index}/_doc/${id}`,
      accept: [404],
    })
    return status === 404 ? undefined : objectAt(body, '_source')
  }

  const volumeOf = async (wanted: string): Promise<Volume | undefined> => {
    const found = await read(`volume-${wanted}`)
    return found && toVolume(found)
  }

  const forget = async ({ generation, pieces }: Volume): Promise<void> => {
    for (let piece = 0; piece < pieces; piece++) {
      const path = `/${index}/_doc/${pieceId(generation, piece)}`
      await cluster.request({
        doing: 'delete what is derived',
        method: 'DELETE',
        path,
        accept: [404],
      })
    }
  }

  return {
    async open(wanted) {
      const volume = await volumeOf(wanted)
      if (volume === undefined) return undefined
      return readerOf(volume.size, async (piece) => {
        const found = await read(pieceId(volume.generation, piece))
        return Buffer.from(textAt(found ?? {}, 'bytes'), 'base64')
      })
    },
    async write(wanted, chunks) {
      checkDerivedName(wanted)
      await prepared()
      const before = await volumeOf(wanted)
      const generation = randomUUID()
      let [pieces, size] = [0, 0]
      try {
        for await (const piece of piecesOf(chunks)) {
          await put(pieceId(generation, pieces++), { bytes: piece.toString('base64') })
          size += piece.length
        }
        await put(`volume-${wanted}`, { name: wanted, generation, pieces, size })
      } catch (thrown) {
        await forget({ name: wanted, generation, pieces, size }).catch(() => undefined)
        throw thrown
      }
      if (before !== undefined) await forget(before)
    },
    async delete(wanted) {
      const volume = await volumeOf(wanted)
      if (volume === undefined) return
      const path = `/${index}/_doc/volume-${wanted}`
      await cluster.request({
        doing: 'delete what is derived',
        method: 'DELETE',
        path,
        accept: [404],
      })
      visible.note()
      await forget(volume)
    },
    async names() {
      await prepared()
      await visible.settle()
      const { body } = await cluster.request({
        doing: 'list what is derived',
        method: 'POST',
        path: `/${index}/_search`,
        body: { query: { exists: { field: 'name' } }, _source: ['name'], size: 10_000 },
      })
      return objectsAt(body, 'hits', 'hits')
        .map((hit) => textAt(hit, '_source', 'name'))
        .toSorted()
    },
  }
}

const mappings: JsonObject = {
  dynamic: false,
  properties: {
    name: { type: 'keyword' },
    bytes: { type: 'keyword', index: false, doc_values: false },
  },
}

function pieceId(generation: string, piece: number): string {
  return `piece-${generation}-${piece}`
}

function toVolume(source: JsonObject): Volume {
  return {
    name: textAt(source, 'name'),
    generation: textAt(source, 'generation'),
    pieces: numberAt(source, 'pieces') ?? 0,
    size: numberAt(source, 'size') ?? 0,
  }
}

async function* piecesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    // Its owner may use the chunk again once it is taken.
    waiting.push(Buffer.from(chunk))
    bytes += chunk.length
    if (bytes < pieceBytes) continue
    const all = Buffer.concat(waiting)
    let at = 0
    for (; all.length - at >= pieceBytes; at += pieceBytes) yield all.subarray(at, at + pieceBytes)
    waiting = [all.subarray(at)]
    bytes = all.length - at
  }
  if (bytes > 0) yield Buffer.concat(waiting)
}

function readerOf(size: number, load: (piece: number) => Promise<Buffer>): DerivedReader {
  let at = 0
  let held: { readonly piece: number; readonly bytes: Buffer } | undefined

  const take = async (length: number): Promise<Uint8Array<ArrayBuffer>> => {
    const taken = new Uint8Array(Math.min(length, size - at))
    for (let done = 0; done < taken.length;) {
      const piece = Math.floor(at / pieceBytes)
      if (held?.piece !== piece) held = { piece, bytes: await load(piece) }
      const from = at - piece * pieceBytes
      const some = held.bytes.subarray(from, from + taken.length - done)
      if (some.length === 0) return taken.slice(0, done)
      taken.set(some, done)
      done += some.length
      at += some.length
    }
    return taken
  }

  return {
    size,
    async take(lengths) {
      const taken: Uint8Array<ArrayBuffer>[] = []
      for (const length of lengths) taken.push(await take(length))
      return taken
    },
    close: async () => {
      held = undefined
    },
  }
}
