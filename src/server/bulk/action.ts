import { Fault, isJsonObject, messageOf, type JsonObject, type JsonValue } from '#base'
import { indexNameProblem, parseDataStreamName } from '#event'
import type { BulkOperation, BulkRefusal } from './item.ts'
import type { Line } from './lines.ts'

/** What an action line asks for; `problem` when it is understood and cannot be done. */
export interface BulkAction {
  readonly operation: BulkOperation
  readonly index: string | undefined
  readonly id: string | undefined
  readonly problem: Pick<BulkRefusal, 'status' | 'type' | 'reason'> | undefined
}

/** What the request says of all its actions. */
export interface ActionDefaults {
  /** The index of the path; actions may name others. */
  readonly index?: string | undefined
  /** Keep nothing but in data streams; actions may say otherwise. */
  readonly requireDataStream?: boolean
  /** Keep nothing but under aliases, of which there are none here. */
  readonly requireAlias?: boolean
}

const operations: readonly BulkOperation[] = ['create', 'index', 'update', 'delete']
const maxIdBytes = 512

/**
 * Reads an action line. Members beside the operation, and unknown members of it (`pipeline`, `_type`,
 * `retry_on_conflict`), are let be: shippers send many. Faults: `invalid` for a line that is no action,
 * because nothing after it can be told apart any more.
 */
export function parseAction(line: Line, defaults: ActionDefaults): BulkAction {
  const [operation, meta] = operationOf(line)
  const index = textOf(meta['_index']) ?? defaults.index
  const id = textOf(meta['_id'])
  const problem = problemOf(operation, index, id) ?? unmetDemand(index ?? '', meta, defaults)
  return { operation, index, id, problem }
}

function unmetDemand(
  index: string,
  meta: JsonObject,
  { requireDataStream, requireAlias }: ActionDefaults,
): BulkAction['problem'] {
  const unmet = (flag: string, what: string): BulkAction['problem'] => ({
    status: 404,
    type: 'index_not_found_exception',
    reason: `no such index [${index}] and [${flag}] request flag is [true] and [${index}] is not ${what}`,
  })
  if (isSet(meta['require_alias'], requireAlias)) {
    return unmet('require_alias', 'an alias: there are none here')
  }
  const isStream = parseDataStreamName(index) !== undefined
  return isSet(meta['require_data_stream'], requireDataStream) && !isStream
    ? unmet('require_data_stream', 'a data stream')
    : undefined
}

function isSet(own: JsonValue | undefined, ofRequest = false): boolean {
  return own === undefined ? ofRequest : own === true || own === 'true'
}

function operationOf(line: Line): readonly [BulkOperation, JsonObject] {
  if (line.kind !== 'text') {
    throw malformed(line, line.kind === 'too-large' ? 'the line is too long' : 'it is not UTF-8')
  }
  const action = parsed(line)
  if (!isJsonObject(action)) throw malformed(line, 'expected a JSON object')
  const operation = operations.find((name) => Object.hasOwn(action, name))
  if (operation === undefined) {
    const found = Object.keys(action).slice(0, 3).join(', ')
    throw malformed(line, `expected one of [create, delete, index, update] but found [${found}]`)
  }
  const meta = action[operation]
  if (!isJsonObject(meta)) throw malformed(line, `[${operation}] must be a JSON object`)
  return [operation, meta]
}

function parsed(line: Line & { readonly kind: 'text' }): JsonValue {
  try {
    return JSON.parse(line.text)
  } catch (cause) {
    throw malformed(line, messageOf(cause), cause)
  }
}

function malformed(line: Line, what: string, cause?: unknown): Fault {
  return new Fault(
    'invalid',
    'bulk.malformed-action',
    `Malformed action/metadata line [${line.number}]: ${what}`,
    { cause },
  )
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : undefined
}

function problemOf(
  operation: BulkOperation,
  index: string | undefined,
  id: string | undefined,
): BulkAction['problem'] {
  if (operation === 'update' || operation === 'delete') {
    return {
      status: 400,
      type: 'illegal_argument_exception',
      reason: `[${operation}] is not supported: events are append-only, send them with [create]`,
    }
  }
  if (index === undefined) {
    return {
      status: 400,
      type: 'action_request_validation_exception',
      reason: 'Validation Failed: 1: index is missing;',
    }
  }
  const nameProblem = indexNameProblem(index)
  if (nameProblem !== undefined) {
    return { status: 400, type: 'invalid_index_name_exception', reason: nameProblem }
  }
  if (id === undefined || (id !== '' && Buffer.byteLength(id) <= maxIdBytes)) return undefined
  return {
    status: 400,
    type: 'illegal_argument_exception',
    reason: id === '' ? 'if _id is specified it must not be empty' : idTooLong(id),
  }
}

function idTooLong(id: string): string {
  return `_id is too long, must be no longer than ${maxIdBytes} bytes but was: ${Buffer.byteLength(id)}`
}
