import { checkDerivedName, type DerivedStore } from '../derived-store.ts'

/** A {@link DerivedStore} in memory. */
export function memoryDerivedStore(): DerivedStore {
  const bytesByName = new Map<string, Uint8Array<ArrayBuffer>>()
  return {
    read: async (name) => bytesByName.get(name)?.slice(),
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
