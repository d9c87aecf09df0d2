import { Fault } from '#base'
import { textAt } from './elf.ts'

/** A member of a structure or union; anonymous ones have the name ''. */
export interface BtfMember {
  readonly name: string
  readonly type: number
  readonly bitOffset: number
  readonly isBitfield: boolean
}

/** A type as the kernel or an object file describes it; `of` and `type` are type ids, 0 being void. */
export type BtfType =
  | { readonly kind: 'int' | 'float'; readonly name: string; readonly bytes: number }
  | { readonly kind: 'pointer'; readonly of: number }
  | { readonly kind: 'alias'; readonly name: string; readonly of: number }
  | { readonly kind: 'array'; readonly of: number; readonly length: number }
  | BtfComposite
  | BtfEnum
  | { readonly kind: 'forward'; readonly name: string }
  | { readonly kind: 'other' }

/** A structure or union. */
interface BtfComposite {
  readonly kind: 'struct' | 'union'
  readonly name: string
  readonly bytes: number
  readonly members: readonly BtfMember[]
}

/** An enumeration of either width. */
interface BtfEnum {
  readonly kind: 'enum'
  readonly name: string
  readonly bytes: number
  readonly values: readonly { readonly name: string; readonly value: bigint }[]
}

/** The types of a kernel or an object file. */
export interface Btf {
  /** Ids run from 1 to this, both included. */
  readonly lastId: number
  typeAt(id: number): BtfType
  /** Aliases (typedef, const, volatile, …) followed to what they stand for. */
  resolved(id: number): BtfType
  /** Ids of structures, unions, enumerations, integers and typedefs by name, for the names asked for. */
  idsByName(names: ReadonlySet<string>): ReadonlyMap<string, readonly number[]>
  text(offset: number): string
}

// Kind numbers and the bytes that follow the 12 common ones: fixed, and for each of `count` entries.
const kinds: readonly (readonly [fixed: number, each: number])[] = [
  [0, 0], // void
  [4, 0], // int
  [0, 0], // pointer
  [12, 0], // array
  [0, 12], // struct
  [0, 12], // union
  [0, 8], // enum
  [0, 0], // forward
  [0, 0], // typedef
  [0, 0], // volatile
  [0, 0], // const
  [0, 0], // restrict
  [0, 0], // function
  [0, 8], // prototype
  [4, 0], // variable
  [0, 12], // data section
  [0, 0], // float
  [4, 0], // declaration tag
  [0, 0], // type tag
  [0, 12], // 64-bit enum
]

const namedKinds: ReadonlySet<number> = new Set([1, 4, 5, 6, 8, 16, 19])

/** Reads BTF (the compact type description of kernels and BPF objects); throws a Fault `sensor.btf` where it is damaged. */
export function parseBtf(file: Uint8Array): Btf {
  try {
    return btfOf(file)
  } catch (cause) {
    throw new Fault(
      'invalid',
      'sensor.btf',
      'reading BTF: the bytes are damaged or of another format',
      {
        cause,
      },
    )
  }
}

function btfOf(file: Uint8Array): Btf {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (view.getUint16(0, true) !== 0xeb9f) throw new RangeError('no BTF magic')
  const headerBytes = view.getUint32(4, true)
  const typesAt = headerBytes + view.getUint32(8, true)
  const typesEnd = typesAt + view.getUint32(12, true)
  const stringsAt = headerBytes + view.getUint32(16, true)
  const stringsEnd = stringsAt + view.getUint32(20, true)
  if (typesEnd > file.byteLength || stringsEnd > file.byteLength) throw new RangeError('cut short')

  const strings = file.subarray(stringsAt, stringsEnd)
  const text = (offset: number) => textAt(strings, offset)
  const offsets = offsetsOf(view, typesAt, typesEnd)
  const decoded = new Map<number, BtfType>()

  function typeAt(id: number): BtfType {
    if (id === 0) return { kind: 'other' }
    const known = decoded.get(id)
    if (known !== undefined) return known
    const at = offsets[id]
    if (at === undefined) throw new RangeError(`no type ${id}`)
    const type = decode(view, at, text)
    decoded.set(id, type)
    return type
  }

  function resolved(id: number): BtfType {
    let type = typeAt(id)
    for (let hops = 0; type.kind === 'alias'; hops++) {
      if (hops > 64) throw new RangeError('aliases in a circle')
      type = typeAt(type.of)
    }
    return type
  }

  function idsByName(names: ReadonlySet<string>): ReadonlyMap<string, readonly number[]> {
    const ids = new Map<string, number[]>()
    for (let id = 1; id < offsets.length; id++) {
      const at = offsets[id] ?? 0
      const nameOffset = view.getUint32(at, true)
      if (nameOffset === 0 || !namedKinds.has((view.getUint32(at + 4, true) >>> 24) & 0x1f))
        continue
      const name = text(nameOffset)
      if (!names.has(name)) continue
      const same = ids.get(name)
      if (same === undefined) ids.set(name, [id])
      else same.push(id)
    }
    return ids
  }

  return { lastId: offsets.length - 1, typeAt, resolved, idsByName, text }
}

function offsetsOf(view: DataView, from: number, end: number): readonly number[] {
  const offsets = [0]
  for (let at = from; at < end;) {
    const facts = view.getUint32(at + 4, true)
    const sizes = kinds[(facts >>> 24) & 0x1f]
    if (sizes === undefined) throw new RangeError(`unknown BTF kind ${(facts >>> 24) & 0x1f}`)
    offsets.push(at)
    at += 12 + sizes[0] + sizes[1] * (facts & 0xffff)
  }
  return offsets
}

function decode(view: DataView, at: number, text: (offset: number) => string): BtfType {
  const name = text(view.getUint32(at, true))
  const facts = view.getUint32(at + 4, true)
  const kind = (facts >>> 24) & 0x1f
  const count = facts & 0xffff
  const flag = facts >>> 31 === 1
  const sizeOrType = view.getUint32(at + 8, true)
  const each = <T>(bytes: number, read: (at: number) => T): readonly T[] =>
    Array.from({ length: count }, (_, index) => read(at + 12 + index * bytes))

  switch (kind) {
    case 1:
      return { kind: 'int', name, bytes: sizeOrType }
    case 16:
      return { kind: 'float', name, bytes: sizeOrType }
    case 2:
      return { kind: 'pointer', of: sizeOrType }
    case 3:
      return {
        kind: 'array',
        of: view.getUint32(at + 12, true),
        length: view.getUint32(at + 20, true),
      }
    case 4:
    case 5: {
      const members = each(12, (member) => {
        const place = view.getUint32(member + 8, true)
        return {
          name: text(view.getUint32(member, true)),
          type: view.getUint32(member + 4, true),
          bitOffset: flag ? place & 0xffffff : place,
          isBitfield: flag && place >>> 24 !== 0,
        }
      })
      return { kind: kind === 4 ? 'struct' : 'union', name, bytes: sizeOrType, members }
    }
    case 6:
      return {
        kind: 'enum',
        name,
        bytes: sizeOrType,
        values: each(8, (value) => ({
          name: text(view.getUint32(value, true)),
          value: BigInt(flag ? view.getInt32(value + 4, true) : view.getUint32(value + 4, true)),
        })),
      }
    case 19:
      return {
        kind: 'enum',
        name,
        bytes: sizeOrType,
        values: each(12, (value) => {
          const low = BigInt(view.getUint32(value + 4, true))
          const whole = (BigInt(view.getUint32(value + 8, true)) << 32n) | low
          return {
            name: text(view.getUint32(value, true)),
            value: flag ? BigInt.asIntN(64, whole) : whole,
          }
        }),
      }
    case 7:
      return { kind: 'forward', name }
    case 8:
    case 9:
    case 10:
    case 11:
    case 18:
      return { kind: 'alias', name, of: sizeOrType }
    default:
      return { kind: 'other' }
  }
}
