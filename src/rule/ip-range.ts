/**
 * The networks that together hold exactly the addresses of a range such as `10.0.0.3-10.0.0.17`, both
 * ends included: at most 62 for IPv4, 254 for IPv6. Undefined where the text is no such range.
 */
export function cidrsOfRange(range: string): readonly string[] | undefined {
  const [first = '', last = '', ...more] = range.split('-').map((end) => end.trim())
  const from = addressOf(first)
  const to = addressOf(last)
  if (from === undefined || to === undefined || more.length > 0) return undefined
  if (from.bits !== to.bits || from.value > to.value) return undefined
  const cidrs: string[] = []
  for (let start = from.value; start <= to.value;) {
    let sizeBits = 0
    while (sizeBits < from.bits && fits(start, sizeBits + 1, to.value)) sizeBits += 1
    cidrs.push(`${addressText(start, from.bits)}/${from.bits - sizeBits}`)
    start += 1n << BigInt(sizeBits)
  }
  return cidrs
}

/** Whether the network of 2^sizeBits addresses at `start` is aligned and ends by `last`. */
function fits(start: bigint, sizeBits: number, last: bigint): boolean {
  const size = 1n << BigInt(sizeBits)
  return start % size === 0n && start + size - 1n <= last
}

interface Address {
  readonly value: bigint
  readonly bits: 32 | 128
}

function addressOf(text: string): Address | undefined {
  if (!text.includes(':')) {
    const value = ipv4(text)
    return value === undefined ? undefined : { value, bits: 32 }
  }
  const value = ipv6(text)
  return value === undefined ? undefined : { value, bits: 128 }
}

function ipv4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  if (!parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

function ipv6(text: string): bigint | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (dotted !== null) {
    const tail = ipv4(dotted[2] ?? '')
    if (tail === undefined) return undefined
    return ipv6(`${dotted[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`)
  }
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
}

function addressText(value: bigint, bits: 32 | 128): string {
  if (bits === 32) {
    return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.')
  }
  return Array.from({ length: 8 }, (_, i) =>
    ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  ).join(':')
}
