import { nearestWord, type Diagnostic, type Span } from '#base'
import type { FilterPlan } from '../plan/filter-plan.ts'
import { analyzed, type Scope } from './analyze-expression.ts'
import type { EsqlExpression } from './ast.ts'
import type { EsqlType, Row } from './cell.ts'
import type { EsqlContext } from './functions/scalar-function.ts'
import { problem } from './reader.ts'
import { Schema, type Column } from './schema.ts'
import type { SourceColumns } from './source-columns.ts'
import type { Stage } from './stages.ts'
import type { Typed } from './typed.ts'

/** A column that STATS groups by, before it is one. */
export interface Key {
  readonly name: string
  readonly of: Typed
  readonly slot: number
}

/** A query on its way to a plan, after so many commands: what rows look like here, and what was found wrong. */
export class Planning {
  readonly source: SourceColumns
  readonly context: EsqlContext
  readonly problems: Diagnostic[] = []
  readonly stages: Stage[] = []
  /** The columns that are read from documents. */
  readonly read: Column[] = []
  /** What conditions ask of documents already. */
  readonly filters: FilterPlan[] = []
  /** The columns that MV_EXPAND took apart. */
  readonly expanded: Column[] = []
  schema = new Schema([])
  /** Whether a row still stands for one document. */
  keepsDocuments = true
  /** Whether each row was made without a look at the others. */
  isRowByRow = true
  /** How many slots a row has. */
  slots = 0

  constructor(source: SourceColumns, context: EsqlContext) {
    this.source = source
    this.context = context
  }

  slot(): number {
    return this.slots++
  }

  report(code: string, message: string, span: Span, help?: string): void {
    this.problems.push(problem(code, message, span, help))
  }

  /** The column of that name; one that documents have becomes one by being named. */
  column(name: string): Column | undefined {
    const known = this.schema.column(name)
    if (known !== undefined) return known
    const type = this.schema.further?.(name) === true ? this.source.typeOf(name) : undefined
    if (type === undefined) return undefined
    const column = { name, type, slot: this.slot(), field: name }
    this.read.push(column)
    this.schema = this.schema.with([column])
    return column
  }

  /** The same; where there is none, that is reported. */
  known(name: string, span: Span): Column | undefined {
    const column = this.column(name)
    if (column !== undefined) return column
    const names = this.schema.columns.map((each) => each.name)
    const near = nearestWord(name, names)
    const help =
      near === undefined ? 'name a column that is there at this place' : `is ${near} meant?`
    this.report('unknown-column', `there is no column ${name}`, span, help)
    return undefined
  }

  /** An expression that gives a value. */
  value(of: EsqlExpression, scope = this.scope()): Typed | undefined {
    const typed = analyzed(of, scope)
    if (typed?.timeSpan === undefined) return typed
    this.report('type', 'a span of time is no value; add it to a date', of.span)
    return undefined
  }

  /** What names mean in an expression about rows; names of groups come first. */
  scope(keys: readonly Key[] = []): Scope {
    return {
      context: this.context,
      column: (name, { span }) => {
        const key = keys.findLast((each) => each.name === name)
        if (key !== undefined) return key.of
        const column = this.known(name, span)
        if (column === undefined) return undefined
        const { slot, type, field } = column
        return { ...inSlot(slot, type, span), ...(field === undefined ? {} : { field }) }
      },
      report: (found) => this.problems.push(found),
    }
  }
}

/** What stands in a slot of a row. */
export function inSlot(slot: number, type: EsqlType, span: Span): Typed {
  return { type, of: (row: Row) => row.cells[slot] ?? null, span }
}
