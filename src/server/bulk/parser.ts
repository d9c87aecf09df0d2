import { parseAction, type BulkAction } from './action.ts'
import type { BulkItem } from './item.ts'
import type { Line } from './lines.ts'
import { parseSource } from './source.ts'

/** Turns the lines of a bulk request into its items. */
export interface BulkParser {
  /** The item that this line completes, if it does. Faults: `invalid` where a line is no action. */
  push(line: Line, nowMs: number): BulkItem | undefined
  /** An action that still waits for its document when the request ends. */
  end(): BulkItem | undefined
}

/** A {@link BulkParser}; `defaultIndex` is the index of the request's path. */
export function bulkParser({
  defaultIndex,
  maxLineBytes,
}: {
  readonly defaultIndex?: string | undefined
  readonly maxLineBytes: number
}): BulkParser {
  let waiting: BulkAction | undefined
  return {
    push(line, nowMs) {
      if (waiting === undefined) {
        if (line.kind === 'text' && line.text.trim() === '') return undefined
        const action = parseAction(line, defaultIndex)
        if (action.operation === 'delete') return itemOf(action, line, nowMs)
        waiting = action
        return undefined
      }
      const action = waiting
      waiting = undefined
      return itemOf(action, line, nowMs)
    },
    end() {
      if (waiting === undefined) return undefined
      const { operation, index, id } = waiting
      waiting = undefined
      return {
        kind: 'refused',
        operation,
        index,
        id,
        status: 400,
        type: 'illegal_argument_exception',
        reason: 'the request ends where the document of this action should be',
      }
    },
  }

  function itemOf(action: BulkAction, line: Line, nowMs: number): BulkItem {
    const { operation, index, id, problem } = action
    if (problem !== undefined) return { kind: 'refused', operation, index, id, ...problem }
    if (operation === 'update' || operation === 'delete' || index === undefined) {
      throw new Error('an action that cannot be done has a problem')
    }
    const source = parseSource(line, { index, nowMs, maxLineBytes })
    if (!source.ok) return { kind: 'refused', operation, index, id, ...source.error }
    const size = line.kind === 'text' ? line.text.length : 0
    return { kind: 'write', operation, index, id, source: source.value, size }
  }
}
