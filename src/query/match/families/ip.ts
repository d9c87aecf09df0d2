import { unreachable } from '#base'
import type { FieldValue } from '#event'
import {
  holds,
  impossible,
  possible,
  type CompiledValueTest,
  type SimpleValuePlan,
} from '../compiled-value-test.ts'
import {
  compareIps,
  isInBlock,
  parseIp,
  parseIpBlock,
  type IpAddress,
  type IpBlock,
} from '../ip.ts'

/** Compares addresses by value; a literal `address/bits` means the whole block, quoted or not. */
export function ipTest(plan: SimpleValuePlan): CompiledValueTest {
  switch (plan.kind) {
    case 'match': {
      const block = parseIpBlock(String(plan.literal.value))
      if (block === undefined) return noAddress(plan.literal.value)
      return possible((value) => {
        const found = storedIp(value)
        return found !== undefined && isInBlock(found, block)
      })
    }
    case 'match-any':
      return anyBlockTest(plan.values)
    case 'glob':
      return impossible(
        'an IP address cannot be compared with a wildcard pattern; write a block such as 10.0.0.0/8',
      )
    case 'range': {
      const bound = parseIp(String(plan.value))
      if (bound === undefined) return noAddress(plan.value)
      const { op } = plan
      return possible((value) => {
        const found = storedIp(value)
        return found !== undefined && holds(compareIps(found, bound), op)
      })
    }
    case 'regexp':
      return impossible('an IP address cannot be compared with a regular expression')
    default:
      return unreachable(plan)
  }
}

/** Lists of addresses may be long, so single addresses are looked up and only blocks are tried in turn. */
function anyBlockTest(values: readonly FieldValue[]): CompiledValueTest {
  const addresses = new Set<string>()
  const blocks: IpBlock[] = []
  for (const value of values) {
    const block = parseIpBlock(String(value))
    if (block === undefined) continue
    if (block.bits === 128) addresses.add(block.base.join())
    else blocks.push(block)
  }
  if (addresses.size + blocks.length === 0) return noAddress(values[0] ?? '')
  return possible((value) => {
    const found = storedIp(value)
    if (found === undefined) return false
    return addresses.has(found.join()) || blocks.some((block) => isInBlock(found, block))
  })
}

function noAddress(value: FieldValue): CompiledValueTest {
  return impossible(`${JSON.stringify(value)} is neither an IP address nor a block of them`)
}

function storedIp(value: FieldValue): IpAddress | undefined {
  return typeof value === 'string' ? parseIp(value) : undefined
}
