import { expect, test } from 'vitest'
import type { Logger } from '#base'
import { blockIndexing, type BlockIndex } from './block-index.ts'
import { blockIndexer } from './block-indexer.ts'
import { encodeLine } from './event-line.ts'

const blocks = Array.from({ length: 20 }, (_, block) =>
  Buffer.from(
    Array.from({ length: 30 }, (_, n) =>
      encodeLine(
        { index: 'logs-a-x', id: `${block}-${n}`, sequence: n, ingestedMs: 1 },
        JSON.stringify({ process: { name: `p${n}`, pid: n } }),
      ),
    ).join(''),
  ),
)

function listening(): { readonly log: Logger; readonly warnings: string[] } {
  const warnings: string[] = []
  const ignore = (): void => undefined
  return {
    warnings,
    log: { debug: ignore, info: ignore, error: ignore, warn: (text) => warnings.push(text) },
  }
}

test('the thread makes the indexes that this thread would, in the order of asking', async () => {
  const { log, warnings } = listening()
  const indexer = blockIndexer(log)
  const made = await Promise.all(blocks.map((lines) => indexer.index(lines)))
  await indexer.close()
  const here = blockIndexing()
  expect(made.map(plain)).toEqual(blocks.map((lines) => plain(here.index(0, lines))))
  expect(warnings).toEqual([])
})

test('the thread makes the columns of the blocks that it indexed, once', async () => {
  const { log } = listening()
  const indexer = blockIndexer(log)
  const made = await Promise.all(blocks.map((lines) => indexer.index(lines)))
  const columns = await indexer.columns(made)
  const again = await indexer.columns(made)
  await indexer.close()
  const here = blockIndexing()
  blocks.forEach((lines, number) => here.index(number, lines))
  const expected = here.columns(blocks.keys().toArray())
  expect(columns?.map(({ bytes }) => [...bytes])).toEqual(expected?.map(({ bytes }) => [...bytes]))
  expect(again).toBeUndefined()
})

test('without a thread every index is made all the same, and the log says so once', async () => {
  const { log, warnings } = listening()
  const indexer = blockIndexer(log, new URL('file:///no/such/worker.ts'))
  const made = await Promise.all(blocks.map((lines) => indexer.index(lines)))
  const [later] = await Promise.all([indexer.index(blocks[0] ?? Buffer.alloc(0)), indexer.room()])
  await indexer.close()
  const here = blockIndexing()
  expect([...made, later].map(plain)).toEqual(
    [...blocks, ...blocks.slice(0, 1)].map((lines) => plain(here.index(0, lines))),
  )
  expect(warnings).toEqual([
    'the thread that indexes events ended; their indexes are made in the main thread',
  ])
})

test('lines that cannot be scanned are refused rather than half indexed', () => {
  expect(() => blockIndexing().index(0, Buffer.from('no line of ours\n'))).toThrow(SyntaxError)
})

/** Bytes compared as lists: a Buffer and what a thread hands over are different classes. */
function plain({ packed, terms, idHashes, names }: BlockIndex) {
  return {
    packed: [...packed.bytes],
    pieces: packed.pieces,
    terms: [...(terms ?? [])],
    idHashes: [...idHashes],
    names,
  }
}
