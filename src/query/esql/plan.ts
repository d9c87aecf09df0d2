import { err, ok, type Diagnostic, type Result } from '#base'
import { forEachLeaf, type EventDocument } from '#event'
import type { FilterPlan } from '../plan/filter-plan.ts'
import type { EsqlQuery } from './ast.ts'
import type { Cell, EsqlType, Row } from './cell.ts'
import type { EsqlContext } from './functions/scalar-function.ts'
import { addCommand, addSource } from './plan-commands.ts'
import { Planning } from './planning.ts'
import type { Column } from './schema.ts'
import { readerOf, type SourceColumns } from './source-columns.ts'
import type { Rows } from './stages.ts'

/** A query that can be run. */
export interface EsqlPlan {
  /** The patterns of indices that it reads; none of a query of `ROW`. */
  readonly indices: readonly string[]
  /** What every document satisfies that can matter to the answer. */
  readonly filter: FilterPlan
  /** Whether each row of the answer comes of one document and says which: its `_id` is among the columns. */
  readonly identifiesDocuments: boolean
  /** Whether the answer over some documents is that over each of them by itself, put together. */
  readonly isRowByRow: boolean
  /** The columns by which MV_EXPAND made several rows of one. */
  readonly expanded: readonly Pick<Column, 'slot'>[]
  /** The columns of the answer, in their order; of documents whose fields are not listed those that the query names. */
  readonly columns: readonly Column[]
  /** The answer to the query over some documents. */
  run(documents: AsyncIterable<readonly EventDocument[]>): Rows
  /** All that a row of the answer says, by name: also fields that the query does not name but keeps. */
  membersOf(row: Row): readonly Member[]
}

/** What a row says of one column. */
export type Member = readonly [name: string, cell: Cell, type: EsqlType]

/** Prepares a query for documents with certain columns, or says everything that is wrong with it. */
export function planEsql(
  { source, commands }: EsqlQuery,
  columns: SourceColumns,
  context: EsqlContext,
): Result<EsqlPlan, readonly Diagnostic[]> {
  const planning = new Planning(columns, context)
  addSource(planning, source)
  const idSlot = planning.schema.column('_id')?.slot
  for (const [at, command] of commands.entries()) {
    addCommand(planning, command, commands.slice(at + 1))
  }
  if (planning.problems.length > 0) return err(planning.problems)
  const keepsId = idSlot !== undefined && planning.schema.column('_id')?.slot === idSlot
  const isFrom = source.kind === 'from'
  return ok({
    indices: isFrom ? source.indices : [],
    filter: { kind: 'and', of: planning.filters },
    identifiesDocuments: planning.keepsDocuments && keepsId,
    isRowByRow: isFrom && planning.isRowByRow,
    expanded: planning.expanded,
    columns: planning.schema.columns,
    run: (documents) => {
      const rows = isFrom ? rowsOf(documents, rowMaker(planning)) : oneRow()
      return planning.stages.reduce<Rows>((before, stage) => stage(before), rows)
    },
    membersOf: (row) => membersOf(row, planning),
  })
}

/** Makes rows of documents: each column that is read in its slot. */
function rowMaker({ read, slots, context }: Planning): (event: EventDocument) => Row {
  const readers = read.map((column) => ({
    slot: column.slot,
    read: readerOf(column, context.fields),
  }))
  return (event) => {
    const cells = Array.from<Cell>({ length: slots }).fill(null)
    for (const reader of readers) cells[reader.slot] = reader.read(event)
    return { cells, event }
  }
}

function membersOf(
  { cells, event }: Row,
  { schema, source, context }: Planning,
): readonly Member[] {
  const { columns, further } = schema
  const members = columns.map(({ name, slot, type }) => [name, cells[slot] ?? null, type] as const)
  if (further === undefined || source.names !== undefined || event === undefined) return members
  const named = new Set(columns.map(({ name }) => name))
  const others = new Set<string>()
  forEachLeaf(event.source, (field) => {
    if (!named.has(field) && further(field)) others.add(field)
  })
  const rest = [...others].map((field) => {
    const type = source.typeOf(field) ?? 'any'
    const read = readerOf({ name: field, field, type, slot: 0 }, context.fields)
    return [field, read(event), type] as const
  })
  return [...members, ...rest]
}

async function* rowsOf(
  documents: AsyncIterable<readonly EventDocument[]>,
  rowOf: (event: EventDocument) => Row,
): Rows {
  for await (const page of documents) yield page.map(rowOf)
}

async function* oneRow(): Rows {
  yield [{ cells: [] }]
}
