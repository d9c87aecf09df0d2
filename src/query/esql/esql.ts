import type { Diagnostic, Result } from '#base'
import { parseEsql } from './parse.ts'
import { planEsql, type EsqlPlan } from './plan.ts'
import { catalogueColumns, type SourceColumns } from './source-columns.ts'
import type { EsqlContext } from './functions/scalar-function.ts'

export { cellJson } from './cell.ts'
export type { Cell, EsqlType, Row } from './cell.ts'
export type { EsqlContext } from './functions/scalar-function.ts'
export type { EsqlPlan } from './plan.ts'
export type { Column } from './schema.ts'
export type { SourceColumns } from './source-columns.ts'

/**
 * Prepares an ES|QL text, or says everything that is wrong with it. Columns are those that the catalogue knows,
 * and any that it has never heard of, unless `source` lists them.
 */
export function prepareEsql(
  text: string,
  context: EsqlContext,
  source: SourceColumns = catalogueColumns(context.fields),
): Result<EsqlPlan, readonly Diagnostic[]> {
  const parsed = parseEsql(text)
  return parsed.ok ? planEsql(parsed.value, source, context) : parsed
}

/** A text that reads one more index; the same where it reads none or cannot be read. */
export function esqlReadingToo(text: string, index: string): string {
  const parsed = parseEsql(text)
  if (!parsed.ok || parsed.value.source.kind !== 'from') return text
  const { start } = parsed.value.source.span
  return `${text.slice(0, start)}FROM ${index},${text.slice(start + 'FROM'.length)}`
}
