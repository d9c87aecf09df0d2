/** Writes BTF by hand, for tests: types get ids in the order in which they are added, from 1. */
export function btfBuilder() {
  const strings: number[] = [0]
  const types: number[] = []
  let lastId = 0

  function text(value: string): number {
    if (value === '') return 0
    const offset = strings.length
    strings.push(...new TextEncoder().encode(value), 0)
    return offset
  }
  function u32(...values: readonly number[]): void {
    for (const value of values) {
      types.push(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff)
    }
  }
  function add(
    name: string,
    facts: { kind: number; count?: number; flag?: boolean; last: number },
  ) {
    u32(
      text(name),
      (facts.flag ? 0x8000_0000 : 0) | (facts.kind << 24) | (facts.count ?? 0),
      facts.last,
    )
    return ++lastId
  }
  type Member = readonly [name: string, type: number, byteOffset: number]
  function composite(
    kind: number,
    name: string,
    bytes: number,
    members: readonly Member[],
  ): number {
    const id = add(name, { kind, count: members.length, last: bytes })
    for (const [member, type, byteOffset] of members) u32(text(member), type, byteOffset * 8)
    return id
  }

  return {
    int(name: string, bytes: number): number {
      const id = add(name, { kind: 1, last: bytes })
      u32(bytes * 8)
      return id
    },
    pointer: (of: number) => add('', { kind: 2, last: of }),
    typedef: (name: string, of: number) => add(name, { kind: 8, last: of }),
    constant: (of: number) => add('', { kind: 10, last: of }),
    array(of: number, length: number): number {
      const id = add('', { kind: 3, last: 0 })
      u32(of, of, length)
      return id
    },
    struct: (name: string, bytes: number, members: readonly Member[]) =>
      composite(4, name, bytes, members),
    union: (name: string, bytes: number, members: readonly Member[]) =>
      composite(5, name, bytes, members),
    /** A structure with one bit field, `bits` wide from `bitOffset`. */
    bitfield(name: string, member: string, type: number, bits: number, bitOffset: number): number {
      const id = add(name, { kind: 4, count: 1, flag: true, last: 8 })
      u32(text(member), type, (bits << 24) | bitOffset)
      return id
    },
    enumeration(name: string, values: Readonly<Record<string, number>>): number {
      const entries = Object.entries(values)
      const id = add(name, { kind: 6, count: entries.length, last: 4 })
      for (const [key, value] of entries) u32(text(key), value)
      return id
    },
    enumeration64(name: string, values: Readonly<Record<string, bigint>>): number {
      const entries = Object.entries(values)
      const id = add(name, { kind: 19, count: entries.length, last: 8 })
      for (const [key, value] of entries) {
        u32(text(key), Number(value & 0xffff_ffffn), Number(value >> 32n))
      }
      return id
    },
    build(): Uint8Array {
      const header = new DataView(new ArrayBuffer(24))
      header.setUint16(0, 0xeb9f, true)
      header.setUint8(2, 1)
      header.setUint32(4, 24, true)
      header.setUint32(12, types.length, true)
      header.setUint32(16, types.length, true)
      header.setUint32(20, strings.length, true)
      return Uint8Array.from([...new Uint8Array(header.buffer), ...types, ...strings])
    },
  }
}
