import { err, nearestWord, ok, unreachable, type Diagnostic, type Result, type Span } from '#base'
import { forEachLeaf, type EventDocument } from '#event'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { aggregatesByName } from './aggregates/aggregates.ts'
import { analyzed, type Scope } from './analyze-expression.ts'
import type { EsqlCommand, EsqlExpression, EsqlQuery, NamedExpression } from './ast.ts'
import { cellOf, isMany, singlesOf, type Cell, type EsqlType, type Row } from './cell.ts'
import { compileDissect } from './dissect.ts'
import { folding, inlineFolding, type Folding } from './folding.ts'
import type { EsqlContext } from './functions/scalar-function.ts'
import { compileGrok } from './grok.ts'
import { necessaryFilter } from './pushdown.ts'
import { problem } from './reader.ts'
import { Schema, type Column } from './schema.ts'
import { metadataColumns, readerOf, type SourceColumns } from './source-columns.ts'
import { limiting, rowByRow, sorting, withCells, type Rows, type Stage } from './stages.ts'
import { asWanted, type Typed } from './typed.ts'

/** A query that can be run. */
export interface EsqlPlan {
  /** The patterns of indices that it reads; none of a query of `ROW`. */
  readonly indices: readonly string[]
  /** What every document satisfies that can matter to the answer. */
  readonly filter: FilterPlan
  /** Whether rows stand for documents at the end, one document each, and not for groups of them. */
  readonly keepsDocuments: boolean
  /** What METADATA asks for. */
  readonly metadata: readonly string[]
  /** The columns of the answer, in their order; of documents whose fields are not listed those that the query names. */
  readonly columns: readonly Column[]
  /** The answer to the query over some documents. */
  run(documents: AsyncIterable<readonly EventDocument[]>): Rows
  /** All that a row of the answer says, by name: also fields that the query does not name but keeps. */
  membersOf(row: Row): readonly (readonly [name: string, cell: Cell, type: EsqlType])[]
}

/** Prepares a query for documents with certain columns, or says everything that is wrong with it. */
export function planEsql(
  query: EsqlQuery,
  source: SourceColumns,
  context: EsqlContext,
): Result<EsqlPlan, readonly Diagnostic[]> {
  const planning = new Planning(source, context)
  planning.begin(query)
  for (const [at, command] of query.commands.entries()) {
    planning.add(command, query.commands.slice(at + 1))
  }
  return planning.problems.length > 0 ? err(planning.problems) : ok(planning.plan(query))
}

class Planning {
  readonly problems: Diagnostic[] = []
  readonly #source: SourceColumns
  readonly #context: EsqlContext
  readonly #stages: Stage[] = []
  readonly #read: Column[] = []
  readonly #filters: FilterPlan[] = []
  #schema = new Schema([])
  #slots = 0
  /** Whether a condition that comes now may be asked of the documents already. */
  #mayPush = true
  #keepsDocuments = true

  constructor(source: SourceColumns, context: EsqlContext) {
    this.#source = source
    this.#context = context
  }

  begin({ source }: EsqlQuery): void {
    if (source.kind === 'row') {
      this.#keepsDocuments = false
      this.#eval(source.fields)
      return
    }
    for (const { name, span } of source.metadata) {
      const known = metadataColumns.get(name)
      if (known === undefined) {
        const help = `METADATA may name ${[...metadataColumns.keys()].join(', ')}`
        this.#report('metadata', `there is no metadata ${name}`, span, help)
      } else this.#reads({ name, type: known.type, slot: this.#slot() })
    }
    const { names, typeOf } = this.#source
    this.#schema = new Schema(this.#read.slice(), (name) => typeOf(name) !== undefined)
    for (const name of names ?? []) this.#column(name)
  }

  add(command: EsqlCommand, later: readonly EsqlCommand[]): void {
    switch (command.kind) {
      case 'where':
        return this.#where(command.condition)
      case 'eval':
        return this.#eval(command.fields)
      case 'stats':
        return this.#stats(command)
      case 'keep':
      case 'drop': {
        for (const { name, span } of command.names) {
          if (!name.includes('*')) this.#known(name, span)
        }
        const { names } = command
        this.#schema =
          command.kind === 'keep' ? this.#schema.keeping(names) : this.#schema.dropping(names)
        return undefined
      }
      case 'rename':
        for (const { from, to } of command.pairs) {
          this.#known(from.name, from.span)
          this.#schema = this.#schema.renaming(from.name, to.name)
        }
        return undefined
      case 'sort':
        return this.#sort(command, later)
      case 'limit':
        this.#mayPush = false
        this.#stages.push(limiting(command.count))
        return undefined
      case 'mv-expand':
        return this.#expand(command.name.name, command.name.span)
      case 'dissect':
        return this.#dissect(command)
      case 'grok':
        return this.#grok(command)
      default:
        return unreachable(command)
    }
  }

  plan({ source }: EsqlQuery): EsqlPlan {
    const isFrom = source.kind === 'from'
    const readers = this.#read.map((column) => ({
      slot: column.slot,
      read: readerOf(column, this.#context.fields),
    }))
    const rowOf = (event: EventDocument): Row => {
      const cells = Array.from<Cell>({ length: this.#slots }).fill(null)
      for (const { slot, read } of readers) cells[slot] = read(event)
      return { cells, event }
    }
    return {
      indices: isFrom ? source.indices : [],
      metadata: isFrom ? source.metadata.map(({ name }) => name) : [],
      filter: { kind: 'and', of: this.#filters },
      keepsDocuments: this.#keepsDocuments,
      columns: this.#schema.columns,
      run: (documents) => {
        const first = isFrom ? rowsOf(documents, rowOf) : oneRow()
        return this.#stages.reduce<Rows>((rows, stage) => stage(rows), first)
      },
      membersOf: (row) => this.#membersOf(row),
    }
  }

  #membersOf({ cells, event }: Row): readonly (readonly [string, Cell, EsqlType])[] {
    const { columns, further } = this.#schema
    const members = columns.map(
      ({ name, slot, type }) => [name, cells[slot] ?? null, type] as const,
    )
    if (further === undefined || this.#source.names !== undefined || event === undefined) {
      return members
    }
    const named = new Set(columns.map(({ name }) => name))
    const others = new Set<string>()
    forEachLeaf(event.source, (field) => {
      if (!named.has(field) && further(field)) others.add(field)
    })
    const rest = [...others].map((field) => {
      const type = this.#source.typeOf(field) ?? 'any'
      const column = { name: field, field, type, slot: 0 }
      return [field, readerOf(column, this.#context.fields)(event), type] as const
    })
    return [...members, ...rest]
  }

  #where(condition: EsqlExpression): void {
    if (this.#mayPush) {
      const fieldOf = (name: string) => this.#column(name)?.field
      this.#filters.push(necessaryFilter(condition, fieldOf, this.#context))
    }
    const holds = this.#boolean(condition)
    if (holds !== undefined) {
      this.#stages.push(rowByRow((row) => (holds.of(row) === true ? row : undefined)))
    }
  }

  #boolean(condition: EsqlExpression): Typed | undefined {
    const of = analyzed(condition, this.#scope())
    const holds = of && asWanted(of, 'boolean')
    if (typeof holds !== 'string') return holds
    this.#report('type', `a condition is wanted: ${holds}`, condition.span)
    return undefined
  }

  /** Columns that see those before them. */
  #eval(fields: readonly NamedExpression[]): void {
    for (const { name, of, span } of fields) {
      const typed = this.#value(of, span)
      if (typed === undefined) continue
      const column = { name, type: typed.type, slot: this.#slot() }
      this.#schema = this.#schema.with([column])
      this.#stages.push(rowByRow((row) => withCells(row, [[column.slot, typed.of(row)]])))
    }
  }

  #value(of: EsqlExpression, span: Span, scope = this.#scope()): Typed | undefined {
    const typed = analyzed(of, scope)
    if (typed?.timeSpan === undefined) return typed
    this.#report('type', 'a span of time is no value; add it to a date', span)
    return undefined
  }

  #stats({ aggregates, by, inline }: Extract<EsqlCommand, { kind: 'stats' }>): void {
    const keys = by.flatMap(({ name, of, span }) => {
      const typed = this.#value(of, span)
      return typed === undefined ? [] : [{ name, of: typed, slot: this.#slot() }]
    })
    const folded: Folding['aggregates'][number][] = []
    const after: { readonly slot: number; readonly of: Typed }[] = []
    const columns: Column[] = []
    for (const { name, of, where, span } of aggregates) {
      const rows = this.#scope(keys)
      const condition = where && analyzed(where, rows)
      const typed = this.#value(of, span, {
        ...this.#groupScope(keys),
        aggregate: (call) => this.#aggregate(call, { rows, condition, folded }),
      })
      if (typed === undefined) continue
      const slot = this.#slot()
      after.push({ slot, of: typed })
      columns.push({ name, type: typed.type, slot })
    }
    columns.push(...keys.map(({ name, of, slot }) => ({ name, type: of.type, slot })))
    const fold: Folding = { keys, aggregates: folded }
    this.#stages.push(inline ? inlineFolding(fold) : folding(fold))
    this.#stages.push(
      rowByRow((row) => withCells(row, after.map(({ slot, of }) => [slot, of.of(row)] as const))),
    )
    this.#mayPush = false
    this.#keepsDocuments &&= inline
    this.#schema = (inline ? this.#schema : new Schema([])).with(columns)
  }

  #aggregate(
    call: Extract<EsqlExpression, { kind: 'call' }>,
    {
      rows,
      condition,
      folded,
    }: {
      readonly rows: Scope
      readonly condition: Typed | undefined
      readonly folded: Folding['aggregates'][number][]
    },
  ): Typed | 'wrong' | undefined {
    const aggregate = aggregatesByName.get(call.name)
    if (aggregate === undefined) return undefined
    const name = call.name.toUpperCase()
    const [least, most] = aggregate.takes
    if (call.of.length < least || call.of.length > most) {
      this.#report('type', `${name} takes ${least} to ${most} arguments`, call.span)
      return 'wrong'
    }
    const given = call.of.flatMap((part) => this.#value(part, part.span, rows) ?? [])
    if (given.length < call.of.length) return 'wrong'
    const bound = aggregate.bind(given)
    if (typeof bound === 'string') {
      this.#report('type', `${name}, ${bound}`, call.span)
      return 'wrong'
    }
    const slot = this.#slot()
    folded.push({ bound, given, where: condition, slot })
    return inSlot(slot, bound.type, call.span)
  }

  #sort(
    { keys }: Extract<EsqlCommand, { kind: 'sort' }>,
    later: readonly EsqlCommand[],
  ): void {
    const ordered = keys.flatMap(({ of, ...how }) => {
      const typed = this.#value(of, of.span)
      return typed === undefined ? [] : [{ of: typed, ...how }]
    })
    this.#stages.push(sorting(ordered, limitAfter(later)))
  }

  #expand(name: string, span: Span): void {
    const column = this.#known(name, span)
    if (column === undefined) return
    const { slot } = column
    this.#stages.push(
      rowByRow((row) => {
        const cell = row.cells[slot] ?? null
        return isMany(cell) ? cell.map((value) => withCells(row, [[slot, value]])) : row
      }),
    )
  }

  #dissect({
    input,
    pattern,
    separator,
  }: Extract<EsqlCommand, { kind: 'dissect' }>): void {
    const compiled = compileDissect(pattern.text, separator)
    if (!compiled.ok) return this.#report('dissect', compiled.error, pattern.span)
    const { names, cut } = compiled.value
    return this.#extract(
      input,
      names.map((name) => ({ name, type: 'keyword' })),
      cut,
    )
  }

  #grok({ input, patterns }: Extract<EsqlCommand, { kind: 'grok' }>): void {
    const compiled = compileGrok(patterns.map(({ text }) => text))
    const [{ span } = input] = patterns
    if (!compiled.ok) return this.#report('grok', compiled.error, span)
    return this.#extract(input, compiled.value.columns, compiled.value.find)
  }

  /** Columns of what is found in a text; of several texts each that fits gives its part. */
  #extract(
    input: EsqlExpression,
    made: readonly { readonly name: string; readonly type: EsqlType }[],
    find: (text: string) => readonly Cell[] | undefined,
  ): void {
    const value = this.#value(input, input.span)
    const text = value && asWanted(value, 'text')
    if (typeof text === 'string') this.#report('type', text, input.span)
    if (text === undefined || typeof text === 'string') return
    const columns = made.map((column) => ({ ...column, slot: this.#slot() }))
    this.#schema = this.#schema.with(columns)
    this.#stages.push(
      rowByRow((row) => {
        const found = singlesOf(text.of(row)).flatMap((single) => {
          const parts = find(String(single))
          return parts === undefined ? [] : [parts]
        })
        return withCells(
          row,
          columns.map(({ slot }, at) => {
            const singles = found.flatMap((parts) => singlesOf(parts[at] ?? null))
            return [slot, cellOf(singles)] as const
          }),
        )
      }),
    )
  }

  /** What names mean in an expression about rows; names of groups come first. */
  #scope(
    keys: readonly { readonly name: string; readonly of: Typed }[] = [],
  ): Scope {
    return {
      context: this.#context,
      column: (name, { span }) => {
        const key = keys.findLast((each) => each.name === name)
        if (key !== undefined) return key.of
        const column = this.#known(name, span)
        return column && inSlot(column.slot, column.type, span, column.field)
      },
      report: (found) => this.problems.push(found),
    }
  }

  /** What names mean beside aggregates: what rows are grouped by. */
  #groupScope(
    keys: readonly { readonly name: string; readonly of: Typed; readonly slot: number }[],
  ): Scope {
    return {
      ...this.#scope(),
      column: (name, { span }) => {
        const key = keys.findLast((each) => each.name === name)
        if (key !== undefined) return inSlot(key.slot, key.of.type, span)
        const help = `put ${name} into an aggregate such as VALUES(${name}), or after BY`
        if (this.#known(name, span) !== undefined) {
          this.#report('not-grouped', `${name} differs within a group`, span, help)
        }
        return undefined
      },
    }
  }

  /** The column of that name; one that documents have becomes one by being named. */
  #column(name: string): Column | undefined {
    const known = this.#schema.column(name)
    if (known !== undefined) return known
    const type = this.#schema.further?.(name) === true ? this.#source.typeOf(name) : undefined
    if (type === undefined) return undefined
    const column = { name, type, slot: this.#slot(), field: name }
    this.#reads(column)
    this.#schema = this.#schema.with([column])
    return column
  }

  /** The same; where there is none, that is reported. */
  #known(name: string, span: Span): Column | undefined {
    const column = this.#column(name)
    if (column !== undefined) return column
    const near = nearestWord(
      name,
      this.#schema.columns.map((each) => each.name),
    )
    const help = near === undefined ? 'name a column that is there at this place' : `is ${near} meant?`
    this.#report('unknown-column', `there is no column ${name}`, span, help)
    return undefined
  }

  #reads(column: Column): void {
    this.#read.push(column)
  }

  #slot(): number {
    return this.#slots++
  }

  #report(code: string, message: string, span: Span, help?: string): void {
    this.problems.push(problem(code, message, span, help))
  }
}

function inSlot(slot: number, type: EsqlType, span: Span, field?: string): Typed {
  const typed = { type, of: (row: Row) => row.cells[slot] ?? null, span }
  return field === undefined ? typed : { ...typed, field }
}

/** How many rows are wanted of those in order, where nothing between takes or adds any. */
function limitAfter(later: readonly EsqlCommand[]): number | undefined {
  const next = later.find(({ kind }) => !['keep', 'drop', 'rename', 'eval', 'dissect', 'grok'].includes(kind))
  return next?.kind === 'limit' ? next.count : undefined
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
