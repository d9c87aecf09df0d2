/** An address as four 32-bit parts, IPv4 as `::ffff:a.b.c.d`, so that both sorts share one order. */
export type IpAddress = readonly [number, number, number, number]

/** A block of addresses: those whose first `bits` bits are the same as `base`'s. */
export interface IpBlock {
  readonly base: IpAddress
  /** 0 to 128; 128 means one address. */
  readonly bits: number
}

/** The address that a text writes: IPv4 in four decimal parts, or any form of IPv6. Undefined for other text. */
export function parseIp(text: string): IpAddress | undefined {
  return text.includes(':') ? parseIpv6(text) : mapped(parseIpv4(text))
}

/** The block that a text writes as an address or as `address/bits`. Undefined for other text. */
export function parseIpBlock(text: string): IpBlock | undefined {
  const slash = text.indexOf('/')
  if (slash < 0) {
    const base = parseIp(text)
    return base === undefined ? undefined : { base, bits: 128 }
  }
  const base = parseIp(text.slice(0, slash))
  const length = text.slice(slash + 1)
  if (base === undefined || !/^\d{1,3}$/.test(length)) return undefined
  const bits = Number(length) + (text.slice(0, slash).includes(':') ? 0 : 96)
  return bits > 128 ? undefined : { base, bits }
}

/** Whether an address lies in a block. */
export function isInBlock(address: IpAddress, { base, bits }: IpBlock): boolean {
  for (let part = 0; part < 4; part++) {
    const left = bits - part * 32
    if (left <= 0) return true
    const shift = left >= 32 ? 0 : 32 - left
    if ((address[part] ?? 0) >>> shift !== (base[part] ?? 0) >>> shift) return false
  }
  return true
}

/** Below zero, zero or above zero as `a` comes before, at or after `b`. */
export function compareIps(a: IpAddress, b: IpAddress): number {
  for (let part = 0; part < 4; part++) {
    const difference = (a[part] ?? 0) - (b[part] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function mapped(v4: number | undefined): IpAddress | undefined {
  return v4 === undefined ? undefined : [0, 0, 0xffff, v4]
}

function parseIpv4(text: string): number | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let address = 0
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined
    address = address * 256 + Number(part)
  }
  return address
}

function parseIpv6(text: string): IpAddress | undefined {
  if (text.length > 45) return undefined
  const halves = text.split('::')
  const [head = '', tail] = halves
  if (halves.length > 2) return undefined
  const before = groupsOf(head)
  const after = tail === undefined ? [] : groupsOf(tail)
  if (before === undefined || after === undefined) return undefined
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...before, ...Array.from({ length: missing }, () => 0), ...after]
  const part = (at: number) => (((groups[at] ?? 0) << 16) | (groups[at + 1] ?? 0)) >>> 0
  return [part(0), part(2), part(4), part(6)]
}

/** The 16-bit groups of one side of `::`; an IPv4 tail gives two. */
function groupsOf(text: string): readonly number[] | undefined {
  if (text === '') return []
  const words = text.split(':')
  const groups: number[] = []
  for (const [position, word] of words.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(word)) {
      groups.push(Number.parseInt(word, 16))
      continue
    }
    const v4 = position === words.length - 1 ? parseIpv4(word) : undefined
    if (v4 === undefined) return undefined
    groups.push(v4 >>> 16, v4 & 0xffff)
  }
  return groups
}

/** The one spelling of an address: IPv4 in four decimal parts, IPv6 as RFC 5952 has it. */
export function ipText(address: IpAddress): string {
  const [first, second, third, last] = address
  if (first === 0 && second === 0 && third === 0xffff) {
    return [24, 16, 8, 0].map((shift) => (last >>> shift) & 255).join('.')
  }
  const groups = address.flatMap((part) => [part >>> 16, part & 0xffff])
  const { start, length } = longestZeros(groups)
  const hex = (some: readonly number[]) => some.map((group) => group.toString(16)).join(':')
  if (length < 2) return hex(groups)
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`
}

function longestZeros(groups: readonly number[]): {
  readonly start: number
  readonly length: number
} {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}
