import { compileIndexPatterns } from '#event'
import type { Caller } from '../auth/caller.ts'
import type { BulkItem } from './item.ts'

/** Refuses what a caller may not write, item by item; callers that are held to no indices may write to all. */
export function permittedTo(caller: Caller | undefined): (item: BulkItem) => BulkItem {
  if (caller?.indices === undefined) return (item) => item
  const isPermitted = compileIndexPatterns(caller.indices)
  const { name, indices } = caller
  return (item) => {
    if (item.kind !== 'write' || isPermitted(item.index)) return item
    const { operation, index, id } = item
    return {
      kind: 'refused',
      operation,
      index,
      id,
      status: 403,
      type: 'security_exception',
      reason: `${name} may send events to [${indices.join(', ')}] and not to [${index}]`,
    }
  }
}
