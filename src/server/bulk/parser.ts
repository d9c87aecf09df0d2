import type { Arrival } from '../arrival.ts'
import { parseAction, type ActionDefaults, type BulkAction } from './action.ts'
import type { BulkItem } from './item.ts'
import { decodedLine, lineBytes, type ByteLine } from './lines.ts'
import type { SourceScanner } from './scan-source.ts'
import { parseSource } from './source.ts'

/** Turns the lines of a bulk request into its items. */
export interface BulkParser {
  /** The item that this line completes, if it does. Faults: `invalid` where a line is no action. */
  push(line: ByteLine, nowMs: number): BulkItem | undefined
  /** An action that still waits for its document when the request ends. */
  end(): BulkItem | undefined
}

/** How a bulk request is read. */
export interface BulkParserOptions {
  readonly defaults: ActionDefaults
  readonly maxLineBytes: number
  /** Absent: every document is parsed. */
  readonly scanner?: SourceScanner | undefined
}

/** A {@link BulkParser}. */
export function bulkParser({ defaults, maxLineBytes, scanner }: BulkParserOptions): BulkParser {
  const actions = actionReader(defaults)
  let waiting: BulkAction | undefined
  return {
    push(line, nowMs) {
      if (waiting === undefined) {
        const action = actions.read(line)
        if (action?.operation === 'delete') return itemOf(action, line, nowMs)
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

  function itemOf(action: BulkAction, line: ByteLine, nowMs: number): BulkItem {
    const { operation, index, id, problem } = action
    if (problem !== undefined) return { kind: 'refused', operation, index, id, ...problem }
    if (operation === 'update' || operation === 'delete' || index === undefined) {
      throw new Error('an action that cannot be done has a problem')
    }
    const size = line.kind === 'bytes' ? line.bytes.length : 0
    const text = line.kind === 'bytes' ? scanner?.scan(lineBytes(line)) : undefined
    if (text !== undefined) {
      const arrival = id === undefined ? { index, text } : { index, id, text }
      return { kind: 'write', operation, index, id, arrival, size }
    }
    const source = parseSource(line, { index, nowMs, maxLineBytes })
    if (!source.ok) return { kind: 'refused', operation, index, id, ...source.error }
    const arrival: Arrival = { index, source: source.value, ...(id !== undefined && { id }) }
    return { kind: 'write', operation, index, id, arrival, size }
  }
}

/** Reads action lines. Most requests repeat one, without an id: that is parsed once. */
function actionReader(defaults: ActionDefaults) {
  let known: { readonly bytes: Buffer; readonly action: BulkAction } | undefined
  return {
    /** The action of a line; undefined for a blank one. */
    read(line: ByteLine): BulkAction | undefined {
      if (line.kind === 'bytes' && known?.bytes.equals(line.bytes) === true) return known.action
      const text = decodedLine(line)
      if (text.kind === 'text' && text.text.trim() === '') return undefined
      const action = parseAction(text, defaults)
      if (line.kind === 'bytes' && action.id === undefined) {
        known = { bytes: Buffer.from(line.bytes), action }
      }
      return action
    },
  }
}
