import { readFileSync } from 'node:fs'
import { parseBtf, type Btf } from './loader/btf.ts'
import { parseElf, type ElfObject } from './loader/elf.ts'

/** The object that we ship, for tests. */
export function shippedObject(): ElfObject {
  return parseElf(readFileSync(new URL('./kernel/process.bpf.o', import.meta.url)))
}

/** The bytes of one of its sections. */
export function shippedSection(name: string): Uint8Array {
  const section = shippedObject().section(name)
  if (section === undefined) throw new Error(`the object has no section ${name}`)
  return section.bytes
}

/** Its types. */
export function shippedTypes(): Btf {
  return parseBtf(shippedSection('.BTF'))
}
