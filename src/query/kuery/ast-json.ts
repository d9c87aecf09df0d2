import { err, ok, type Diagnostic, type JsonValue, type Result } from '#base'
import type { GlobPart } from '../plan/filter-plan.ts'
import type { KueryNode, KueryValue } from './ast.ts'
import { parseKuery } from './parse.ts'

/**
 * The tree of a KQL text in the form that test vectors use: function nodes with their arguments in order,
 * literals with their quotes, wildcards with `*` for any run and `\*`, `\\` for the characters themselves.
 */
export function toKueryAst(text: string): Result<JsonValue, readonly Diagnostic[]> {
  const parsed = parseKuery(text)
  return parsed.ok ? ok(nodeJson(parsed.value)) : err([parsed.error])
}

function nodeJson(node: KueryNode): JsonValue {
  return { type: 'function', function: node.kind, arguments: argumentsOf(node) }
}

function argumentsOf(node: KueryNode): readonly JsonValue[] {
  switch (node.kind) {
    case 'is':
      return [node.field === undefined ? noField : valueJson(node.field), valueJson(node.value)]
    case 'range':
      return [valueJson(node.field), node.op, valueJson(node.value)]
    case 'and':
    case 'or':
      return node.of.map(nodeJson)
    case 'not':
      return [nodeJson(node.of)]
    case 'nested':
      return [valueJson(node.path), nodeJson(node.of)]
  }
}

const noField: JsonValue = { type: 'literal', value: null, quoted: false }

function valueJson(value: KueryValue): JsonValue {
  if (value.kind === 'literal') return { type: 'literal', value: value.value, quoted: value.quoted }
  return { type: 'wildcard', value: value.glob.map(partText).join('') }
}

function partText(part: GlobPart): string {
  if (part.kind === 'any-run') return '*'
  return part.kind === 'any-one' ? '?' : part.text.replace(/[\\*]/g, '\\$&')
}
