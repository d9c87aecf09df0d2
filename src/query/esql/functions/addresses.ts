import { isInBlock, ipText, parseIp, parseIpBlock, type IpBlock } from '../../match/ip.ts'
import { isMany, singlesOf } from '../cell.ts'
import { asWanted } from '../typed.ts'
import { onSingles, type ScalarFunction } from './scalar-function.ts'

/** Functions of addresses. */
export const addressFunctions: readonly ScalarFunction[] = [
  {
    names: ['cidr_match'],
    takes: [2, Number.POSITIVE_INFINITY],
    bind([address, ...blocks]) {
      const wanted = address === undefined ? 'it is missing' : asWanted(address, 'ip')
      if (typeof wanted === 'string') return `argument 1: ${wanted}`
      const read = new Map<string, IpBlock | undefined>()
      for (const [at, { constant, type }] of blocks.entries()) {
        if (type !== 'keyword' && type !== 'null' && type !== 'any') {
          return `argument ${at + 2}: a text is wanted`
        }
        for (const text of singlesOf(constant?.cell ?? null)) {
          read.set(String(text), parseIpBlock(String(text)))
          if (read.get(String(text)) === undefined)
            return `"${String(text)}" is no block of addresses`
        }
      }
      const blockOf = (text: string) => (read.has(text) ? read.get(text) : parseIpBlock(text))
      return {
        type: 'boolean',
        of: (row) => {
          const cell = wanted.of(row)
          const parsed = cell === null || isMany(cell) ? undefined : parseIp(String(cell))
          if (parsed === undefined) return null
          return blocks.some(({ of }) =>
            singlesOf(of(row)).some((text) => {
              const block = blockOf(String(text))
              return block !== undefined && isInBlock(parsed, block)
            }),
          )
        },
      }
    },
  },
  onSingles({
    names: ['ip_prefix'],
    wants: ['ip', 'integer', 'integer'],
    type: 'ip',
    of: (address, four, six) => prefixOf(String(address), Number(four), Number(six)),
  }),
]

/** An address with the bits after so many set to zero; of IPv4 the first count holds, of IPv6 the second. */
function prefixOf(text: string, four: number, six: number): string | undefined {
  const address = parseIp(text)
  if (address === undefined) return undefined
  const bits = text.includes(':') ? six : four + 96
  if (bits < 0 || bits > 128) return undefined
  const kept = (at: 0 | 1 | 2 | 3) => {
    const left = Math.min(32, Math.max(0, bits - at * 32))
    return left === 0 ? 0 : (address[at] & (0xffff_ffff << (32 - left))) >>> 0
  }
  return ipText([kept(0), kept(1), kept(2), kept(3)])
}
