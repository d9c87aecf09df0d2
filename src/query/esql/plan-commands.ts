import { unreachable, type Span } from '#base'
import type { EsqlCommand, EsqlExpression, EsqlSource, NamedExpression } from './ast.ts'
import { cellOf, isMany, singlesOf, type Cell, type EsqlType } from './cell.ts'
import { compileDissect } from './dissect.ts'
import { compileGrok } from './grok.ts'
import { addStats } from './plan-stats.ts'
import type { Planning } from './planning.ts'
import { necessaryFilter } from './pushdown.ts'
import { Schema } from './schema.ts'
import { metadataColumns } from './source-columns.ts'
import { limiting, rowByRow, sorting, withCells } from './stages.ts'
import { asWanted } from './typed.ts'

/** The columns that a query begins with. */
export function addSource(planning: Planning, source: EsqlSource): void {
  if (source.kind === 'row') {
    planning.keepsDocuments = false
    addFields(planning, source.fields)
    return
  }
  for (const { name, span } of source.metadata) {
    const known = metadataColumns.get(name)
    if (known === undefined) {
      const help = `METADATA may name ${[...metadataColumns.keys()].join(', ')}`
      planning.report('metadata', `there is no metadata ${name}`, span, help)
    } else planning.read.push({ name, type: known.type, slot: planning.slot() })
  }
  const { names, typeOf } = planning.source
  planning.schema = new Schema(planning.read.slice(), (name) => typeOf(name) !== undefined)
  for (const name of names ?? []) planning.column(name)
}

/** One command; `later` are those after it. */
export function addCommand(
  planning: Planning,
  command: EsqlCommand,
  later: readonly EsqlCommand[],
): void {
  switch (command.kind) {
    case 'where':
      return addCondition(planning, command.condition)
    case 'eval':
      return addFields(planning, command.fields)
    case 'stats':
      return addStats(planning, command)
    case 'keep':
    case 'drop': {
      const { names } = command
      for (const { name, span } of names) if (!name.includes('*')) planning.known(name, span)
      const { schema } = planning
      planning.schema = command.kind === 'keep' ? schema.keeping(names) : schema.dropping(names)
      return undefined
    }
    case 'rename':
      for (const { from, to } of command.pairs) {
        planning.known(from.name, from.span)
        planning.schema = planning.schema.renaming(from.name, to.name)
      }
      return undefined
    case 'sort':
      return addOrder(planning, command, later)
    case 'limit':
      planning.isRowByRow = false
      planning.stages.push(limiting(command.count))
      return undefined
    case 'mv-expand':
      return addExpansion(planning, command.name.name, command.name.span)
    case 'dissect':
      return addDissection(planning, command)
    case 'grok':
      return addGrok(planning, command)
    default:
      return unreachable(command)
  }
}

/** While each row is still made of one document alone, documents may be asked for the condition first. */
function addCondition(planning: Planning, condition: EsqlExpression): void {
  if (planning.isRowByRow) {
    const fieldOf = (name: string) => planning.column(name)?.field
    planning.filters.push(necessaryFilter(condition, fieldOf, planning.context))
  }
  const of = planning.value(condition)
  const holds = of && asWanted(of, 'boolean')
  if (typeof holds === 'string') {
    planning.report('type', `a condition is wanted: ${holds}`, condition.span)
  } else if (holds !== undefined) {
    planning.stages.push(rowByRow((row) => (holds.of(row) === true ? row : undefined)))
  }
}

/** Columns that see those before them. */
function addFields(planning: Planning, fields: readonly NamedExpression[]): void {
  for (const { name, of } of fields) {
    const typed = planning.value(of)
    const slot = planning.slot()
    // What is wrong is told once, and not again wherever the column is used.
    planning.schema = planning.schema.with([{ name, type: typed?.type ?? 'any', slot }])
    if (typed === undefined) continue
    planning.stages.push(rowByRow((row) => withCells(row, [[slot, typed.of(row)]])))
  }
}

function addOrder(
  planning: Planning,
  { keys }: Extract<EsqlCommand, { kind: 'sort' }>,
  later: readonly EsqlCommand[],
): void {
  const ordered = keys.flatMap(({ of, ...how }) => {
    const typed = planning.value(of)
    return typed === undefined ? [] : [{ of: typed, ...how }]
  })
  planning.stages.push(sorting(ordered, limitAfter(later)))
}

/** Commands that leave every row where it is, and make no more of it. */
const keepsRows: ReadonlySet<string> = new Set([
  'keep',
  'drop',
  'rename',
  'eval',
  'dissect',
  'grok',
])

/** How many rows are wanted of those in order, where nothing between takes or adds any. */
function limitAfter(later: readonly EsqlCommand[]): number | undefined {
  const next = later.find(({ kind }) => !keepsRows.has(kind))
  return next?.kind === 'limit' ? next.count : undefined
}

function addExpansion(planning: Planning, name: string, span: Span): void {
  const column = planning.known(name, span)
  if (column === undefined) return
  const { slot } = column
  planning.expanded.push(column)
  planning.stages.push(
    rowByRow((row) => {
      const cell = row.cells[slot] ?? null
      return isMany(cell) ? cell.map((value) => withCells(row, [[slot, value]])) : row
    }),
  )
}

function addDissection(
  planning: Planning,
  { input, pattern, separator }: Extract<EsqlCommand, { kind: 'dissect' }>,
): void {
  const compiled = compileDissect(pattern.text, separator)
  if (!compiled.ok) return planning.report('dissect', compiled.error, pattern.span)
  const { names, cut } = compiled.value
  const columns = names.map((name) => ({ name, type: 'keyword' as const }))
  return addParts(planning, input, { columns, find: cut })
}

function addGrok(
  planning: Planning,
  { input, patterns }: Extract<EsqlCommand, { kind: 'grok' }>,
): void {
  const compiled = compileGrok(patterns.map(({ text }) => text))
  if (!compiled.ok) {
    return planning.report('grok', compiled.error, patterns[0]?.span ?? input.span)
  }
  return addParts(planning, input, compiled.value)
}

/** Columns of what is found in a text; of several texts each that fits gives its part. */
function addParts(
  planning: Planning,
  input: EsqlExpression,
  parts: {
    readonly columns: readonly { readonly name: string; readonly type: EsqlType }[]
    readonly find: (text: string) => readonly Cell[] | undefined
  },
): void {
  const value = planning.value(input)
  const text = value && asWanted(value, 'text')
  if (typeof text === 'string') planning.report('type', text, input.span)
  if (text === undefined || typeof text === 'string') return
  const columns = parts.columns.map((column) => ({ ...column, slot: planning.slot() }))
  planning.schema = planning.schema.with(columns)
  planning.stages.push(
    rowByRow((row) => {
      const found = singlesOf(text.of(row)).flatMap((single) => {
        const cells = parts.find(String(single))
        return cells === undefined ? [] : [cells]
      })
      return withCells(
        row,
        columns.map(({ slot }, at) => {
          const singles = found.flatMap((cells) => singlesOf(cells[at] ?? null))
          return [slot, cellOf(singles)] as const
        }),
      )
    }),
  )
}
