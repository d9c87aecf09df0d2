import { err, ok, type Diagnostic, type Result } from '#base'
import type { FieldName } from '#event'
import type { FieldSelector, FilterPlan, GlobPart } from '../plan/filter-plan.ts'
import { isStar, textOf, type KueryLeaf, type KueryNode, type KueryValue } from './ast.ts'

/** The plan of a KQL tree. Fields below a nested path get their full names. */
export function lowerKuery(node: KueryNode): Result<FilterPlan, readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = []
  const plan = lower(node, '', diagnostics)
  return diagnostics.length === 0 ? ok(plan) : err(diagnostics)
}

function lower(node: KueryNode, prefix: string, diagnostics: Diagnostic[]): FilterPlan {
  switch (node.kind) {
    case 'is':
    case 'range':
      return lowerKueryLeaf(node, prefix)
    case 'and':
    case 'or':
      return { kind: node.kind, of: node.of.map((part) => lower(part, prefix, diagnostics)) }
    case 'not':
      return negated(lower(node.of, prefix, diagnostics))
    case 'nested': {
      if (node.path.kind === 'wildcard') diagnostics.push(wildcardPath(node.path))
      const path = prefix + textOf(node.path)
      return { kind: 'nested', path, of: lower(node.of, `${path}.`, diagnostics) }
    }
  }
}

/** The plan of one condition; `prefix` is the nested path it stands in, with its dot. */
export function lowerKueryLeaf(node: KueryLeaf, prefix: string): FilterPlan {
  if (node.kind === 'is') return lowerIs(node.field, node.value, prefix)
  const field = selectorOf(node.field, prefix)
  return { kind: 'range', field, op: node.op, value: textOf(node.value) }
}

function negated(of: FilterPlan): FilterPlan {
  return of.kind === 'all' ? { kind: 'none' } : { kind: 'not', of }
}

function lowerIs(field: KueryValue | undefined, value: KueryValue, prefix: string): FilterPlan {
  const anyField = field === undefined || isNull(field)
  if (isStar(value) && (anyField || (isStar(field) && prefix === ''))) return { kind: 'all' }
  const selector: FieldSelector = anyField ? { kind: 'any' } : selectorOf(field, prefix)
  if (isStar(value)) return { kind: 'exists', field: selector }
  if (value.kind === 'wildcard') return { kind: 'glob', field: selector, glob: value.glob }
  // No document holds a null that can be found; a cluster refuses the query, `check` warns of it.
  if (value.value === null) return { kind: 'none' }
  const literal = { value: value.value, quoted: value.quoted }
  return { kind: 'match', field: selector, literal }
}

function isNull(value: KueryValue): boolean {
  return value.kind === 'literal' && value.value === null
}

function selectorOf(field: KueryValue, prefix: FieldName): FieldSelector {
  if (field.kind === 'literal') return { kind: 'field', name: prefix + textOf(field) }
  return { kind: 'pattern', parts: withPrefix(prefix, field.glob) }
}

function withPrefix(prefix: string, parts: readonly GlobPart[]): readonly GlobPart[] {
  const [first, ...rest] = parts
  if (prefix === '') return parts
  if (first?.kind === 'literal') return [{ kind: 'literal', text: prefix + first.text }, ...rest]
  return [{ kind: 'literal', text: prefix }, ...parts]
}

function wildcardPath(path: KueryValue): Diagnostic {
  return {
    code: 'kuery.wildcard-nested-path',
    severity: 'error',
    message: 'the path of a nested query cannot hold a wildcard',
    span: path.span,
    help: 'write one nested query for each path, joined by "or"',
  }
}
