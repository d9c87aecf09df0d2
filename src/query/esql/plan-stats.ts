import { aggregatesByName } from './aggregates/aggregates.ts'
import { analyzed, type Scope } from './analyze-expression.ts'
import type { EsqlCommand, EsqlExpression } from './ast.ts'
import { folding, inlineFolding, type Folding } from './folding.ts'
import { inSlot, type Key, type Planning } from './planning.ts'
import { Schema, type Column } from './schema.ts'
import { rowByRow, withCells } from './stages.ts'
import type { Typed } from './typed.ts'

/** STATS and INLINE STATS: aggregates of groups of rows, then what is worked out of them. */
export function addStats(
  planning: Planning,
  { aggregates, by, inline }: Extract<EsqlCommand, { kind: 'stats' }>,
): void {
  const keys = by.flatMap(({ name, of }) => {
    const typed = planning.value(of)
    return typed === undefined ? [] : [{ name, of: typed, slot: planning.slot() }]
  })
  const folded: Folding['aggregates'][number][] = []
  const after: { readonly slot: number; readonly of: Typed }[] = []
  const columns: Column[] = []
  for (const { name, of, where } of aggregates) {
    const rows = planning.scope(keys)
    const condition = where && analyzed(where, rows)
    const typed = planning.value(of, {
      ...groupScope(planning, keys),
      aggregate: (call) => aggregateOf(call, { planning, rows, condition, folded }),
    })
    const slot = planning.slot()
    columns.push({ name, type: typed?.type ?? 'any', slot })
    if (typed !== undefined) after.push({ slot, of: typed })
  }
  columns.push(...keys.map(({ name, of, slot }) => ({ name, type: of.type, slot })))
  const fold: Folding = { keys, aggregates: folded }
  planning.stages.push(
    inline ? inlineFolding(fold) : folding(fold),
    rowByRow((row) =>
      withCells(
        row,
        after.map(({ slot, of }) => [slot, of.of(row)] as const),
      ),
    ),
  )
  planning.isRowByRow = false
  planning.keepsDocuments &&= inline
  planning.schema = (inline ? planning.schema : new Schema([])).with(columns)
}

interface AggregateSurroundings {
  readonly planning: Planning
  /** What names mean in what the aggregate is given. */
  readonly rows: Scope
  readonly condition: Typed | undefined
  /** Where the aggregate is put down. */
  readonly folded: Folding['aggregates'][number][]
}

/** The slot of an aggregate; undefined for a function of another sort. */
function aggregateOf(
  call: Extract<EsqlExpression, { kind: 'call' }>,
  { planning, rows, condition, folded }: AggregateSurroundings,
): Typed | 'wrong' | undefined {
  const aggregate = aggregatesByName.get(call.name)
  if (aggregate === undefined) return undefined
  const name = call.name.toUpperCase()
  const [least, most] = aggregate.takes
  if (call.of.length < least || call.of.length > most) {
    planning.report('type', `${name} takes ${least} to ${most} arguments`, call.span)
    return 'wrong'
  }
  const given = call.of.flatMap((part) => planning.value(part, rows) ?? [])
  if (given.length < call.of.length) return 'wrong'
  const bound = aggregate.bind(given)
  if (typeof bound === 'string') {
    planning.report('type', `${name}, ${bound}`, call.span)
    return 'wrong'
  }
  const slot = planning.slot()
  folded.push({ bound, given, where: condition, slot })
  return inSlot(slot, bound.type, call.span)
}

/** What names mean beside aggregates: what rows are grouped by. */
function groupScope(planning: Planning, keys: readonly Key[]): Scope {
  return {
    ...planning.scope(),
    column: (name, { span }) => {
      const key = keys.findLast((each) => each.name === name)
      if (key !== undefined) return inSlot(key.slot, key.of.type, span)
      const help = `put ${name} into an aggregate such as VALUES(${name}), or after BY`
      if (planning.known(name, span) !== undefined) {
        planning.report('not-grouped', `${name} differs within a group`, span, help)
      }
      return undefined
    },
  }
}
