import { checkDerivedName, type DerivedReader, type DerivedStore } from '../derived-store.ts'

/** A {@link DerivedStore} in memory. */
export function memoryDerivedStore(): DerivedStore {
  const bytesByName = new Map<string, Uint8Array<ArrayBuffer>>()
  return {
    async open(name) {
      const bytes = bytesByName.get(name)
      return bytes && readerOf(bytes)
    },
    async write(name, chunks) {
      checkDerivedName(name)
      const bytes: number[] = []
      for await (const chunk of chunks) for (const byte of chunk) bytes.push(byte)
      bytesByName.set(name, Uint8Array.from(bytes))
    },
    async delete(name) {
      bytesByName.delete(name)
    },
    names: async () => [...bytesByName.keys()].toSorted(),
  }
}

function readerOf(bytes: Uint8Array<ArrayBuffer>): DerivedReader {
  let at = 0
  return {
    size: bytes.length,
    take: async (lengths) => lengths.map((length) => bytes.slice(at, (at += length))),
    close: async () => undefined,
  }
}
