import { describe, expect, test } from 'vitest'
import type { DerivedStore } from '../derived-store.ts'
import { withStore, type OpenStore } from './support.fixture.ts'

/** What a store promises of what is derived from its events. */
export function describeDerived(open: OpenStore): void {
  describe('what is derived from events', () => {
    test('a name gives back what was last written under it, until it is deleted', () =>
      withStore(open, async ({ derived }) => {
        expect(await derived.open('a-1')).toBeUndefined()
        await derived.write('a-1', chunksOf([1, 2], [], [3]))
        await derived.write('b', chunksOf())
        expect(await bytesOf(derived, 'a-1')).toEqual([1, 2, 3])
        expect(await bytesOf(derived, 'b')).toEqual([])
        await derived.write('a-1', chunksOf([4]))
        expect(await bytesOf(derived, 'a-1')).toEqual([4])
        expect(await derived.names()).toEqual(['a-1', 'b'])
        await derived.delete('a-1')
        await derived.delete('never-there')
        expect(await derived.names()).toEqual(['b'])
      }))

    test('what was written is taken in pieces, cut short where it ends', () =>
      withStore(open, async ({ derived }) => {
        const bytes = Array.from({ length: 10 }, (_, n) => n)
        await derived.write('a', chunksOf(bytes))
        const reader = await derived.open('a')
        expect(reader?.size).toBe(10)
        const taken = async (...lengths: readonly number[]) =>
          ((await reader?.take(lengths)) ?? []).map((part) => [...part])
        expect(await taken(2, 0, 3)).toEqual([[0, 1], [], [2, 3, 4]])
        expect(await taken(4, 4, 4)).toEqual([[5, 6, 7, 8], [9], []])
        expect(await taken(1)).toEqual([[]])
        await reader?.close()
      }))

    test('a write that fails leaves what was there', () =>
      withStore(open, async ({ derived }) => {
        await derived.write('a', chunksOf([1]))
        const failing = async function* () {
          yield* chunksOf([2])
          throw new Error('cannot be made')
        }
        await expect(derived.write('a', failing())).rejects.toThrow('cannot be made')
        expect(await bytesOf(derived, 'a')).toEqual([1])
        expect(await derived.names()).toEqual(['a'])
      }))

    test('what is no name is refused', () =>
      withStore(open, async ({ derived }) => {
        for (const name of ['', '../a', 'a/b', 'A', 'a'.repeat(101)]) {
          await expect(derived.write(name, chunksOf([1]))).rejects.toThrow('no name')
        }
      }))
  })
}

async function* chunksOf(...chunks: readonly (readonly number[])[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Uint8Array.from(chunk)
}

async function bytesOf(derived: DerivedStore, name: string): Promise<readonly number[]> {
  const reader = await derived.open(name)
  const [bytes = new Uint8Array()] = (await reader?.take([reader.size])) ?? []
  await reader?.close()
  return [...bytes]
}
