import { Fault } from '#base'

/** A section of an object file; `bytes` are a view of the file. */
export interface ElfSection {
  readonly index: number
  readonly name: string
  readonly type: number
  /** For relocation sections: the section that they apply to. */
  readonly target: number
  readonly bytes: Uint8Array
}

/** A symbol; `value` counts bytes from the start of its section. */
export interface ElfSymbol {
  readonly name: string
  readonly kind: 'function' | 'section' | 'other'
  readonly section: number
  readonly value: number
  readonly bytes: number
}

/** A place in a section that names a symbol. */
interface ElfRelocation {
  readonly offset: number
  readonly type: number
  readonly symbol: ElfSymbol
}

/** An object file for the BPF machine, taken apart. */
export interface ElfObject {
  readonly sections: readonly ElfSection[]
  readonly symbols: readonly ElfSymbol[]
  /** The section of that name; undefined where there is none. */
  section(name: string): ElfSection | undefined
  /** The relocations that apply to a section, as in the file. */
  relocationsOf(section: ElfSection): readonly ElfRelocation[]
}

const bpfMachine = 247
const symbolTable = 2
const relocations = 9

/** Reads a 64-bit little-endian BPF object; throws a Fault `sensor.bpf-object` where the bytes are something else. */
export function parseElf(file: Uint8Array): ElfObject {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  try {
    const magic = view.getUint32(0) === 0x7f454c46 && view.getUint16(4) === 0x0201
    if (!magic || view.getUint16(18, true) !== bpfMachine) throw new RangeError('not a BPF object')
    const sections = sectionsOf(file, view)
    const symbols = symbolsOf(sections)
    return {
      sections,
      symbols,
      section: (name) => sections.find((section) => section.name === name),
      relocationsOf: (section) => relocationsOf(section, sections, symbols),
    }
  } catch (cause) {
    throw new Fault(
      'invalid',
      'sensor.bpf-object',
      'reading the BPF object: the file is damaged or of another format',
      { cause },
    )
  }
}

function sectionsOf(file: Uint8Array, view: DataView): readonly ElfSection[] {
  const table = Number(view.getBigUint64(40, true))
  const entryBytes = view.getUint16(58, true)
  const count = view.getUint16(60, true)
  const nameSection = view.getUint16(62, true)
  const bytesOf = (index: number) => {
    const at = table + index * entryBytes
    const offset = Number(view.getBigUint64(at + 24, true))
    const bytes = Number(view.getBigUint64(at + 32, true))
    if (offset + bytes > file.byteLength) throw new RangeError('section outside the file')
    return file.subarray(offset, offset + bytes)
  }
  const names = bytesOf(nameSection)
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * entryBytes
    return {
      index,
      name: textAt(names, view.getUint32(at, true)),
      type: view.getUint32(at + 4, true),
      target: view.getUint32(at + 44, true),
      bytes: bytesOf(index),
    }
  })
}

function symbolsOf(sections: readonly ElfSection[]): readonly ElfSymbol[] {
  const table = sections.find((section) => section.type === symbolTable)
  const names = sections.find((section) => section.name === '.strtab')
  if (table === undefined || names === undefined) return []
  const view = new DataView(table.bytes.buffer, table.bytes.byteOffset, table.bytes.byteLength)
  return Array.from({ length: table.bytes.byteLength / 24 }, (_, index) => {
    const at = index * 24
    const type = view.getUint8(at + 4) & 0xf
    return {
      name: textAt(names.bytes, view.getUint32(at, true)),
      kind: type === 2 ? 'function' : type === 3 ? 'section' : 'other',
      section: view.getUint16(at + 6, true),
      value: Number(view.getBigUint64(at + 8, true)),
      bytes: Number(view.getBigUint64(at + 16, true)),
    }
  })
}

function relocationsOf(
  { index }: ElfSection,
  sections: readonly ElfSection[],
  symbols: readonly ElfSymbol[],
): readonly ElfRelocation[] {
  return sections
    .filter((section) => section.type === relocations && section.target === index)
    .flatMap(({ bytes }) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      return Array.from({ length: bytes.byteLength / 16 }, (_, nth) => {
        const symbol = symbols[view.getUint32(nth * 16 + 12, true)]
        if (symbol === undefined) throw new RangeError('relocation against no symbol')
        return {
          offset: Number(view.getBigUint64(nth * 16, true)),
          type: view.getUint32(nth * 16 + 8, true),
          symbol,
        }
      })
    })
}

/** The NUL-terminated text at `offset` of a string table. */
export function textAt(strings: Uint8Array, offset: number): string {
  const end = strings.indexOf(0, offset)
  const bytes = strings.subarray(offset, end === -1 ? strings.byteLength : end)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
