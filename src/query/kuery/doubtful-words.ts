import type { Diagnostic } from '#base'
import { textOf, type KueryLeaf } from './ast.ts'

/** Conditions that parse, but as something that few people mean. */
export function doubtfulWord(leaf: KueryLeaf): readonly Diagnostic[] {
  const text = textOf(leaf.value)
  const isQuoted = leaf.value.kind === 'literal' && leaf.value.quoted
  const { span } = leaf.value
  const doubts: Omit<Diagnostic, 'severity'>[] = []
  if (leaf.kind === 'is' && leaf.field === undefined && text !== '*')
    doubts.push(noField(leaf, text))
  if (leaf.value.kind === 'literal' && leaf.value.value === null) doubts.push(nullValue(leaf))
  if (isQuoted && text.includes('*')) {
    doubts.push({
      code: 'kuery.quoted-wildcard',
      message: '* in quotes is the character itself, not a wildcard',
      span,
      help: 'remove the quotes where any text was meant',
    })
  }
  if (!isQuoted && /[\r\n]/.test(text)) {
    doubts.push({
      code: 'kuery.line-break-in-value',
      message: 'this value goes on over a line break and is one value',
      span,
      help: 'an "and" or "or" seems to be missing at the end of the line',
    })
  }
  if (!isQuoted && /^'.*'$/s.test(text) && text.length > 1) {
    doubts.push({
      code: 'kuery.single-quotes',
      message: 'single quotes are part of the value',
      span,
      help: 'write double quotes',
      patch: `"${text.slice(1, -1).replace(/[\\"]/g, '\\$&')}"`,
    })
  }
  if (!isQuoted && /(?:\s|^)(?:and|or|not)$|^(?:and|or)\s/i.test(text)) {
    doubts.push({
      code: 'kuery.dangling-operator',
      message: `"and", "or" and "not" are words of the value here, since a side of them is missing`,
      span,
      help: 'complete the condition, or put the value in quotes',
    })
  }
  return doubts.map((found) => ({ severity: 'warning', ...found }))
}

function noField(leaf: KueryLeaf, text: string): Omit<Diagnostic, 'severity'> {
  const code = 'kuery.no-field'
  const { span } = leaf
  const comparison = /^([\w.@]+)\s*(!=|==?)\s*(\S+)$/.exec(text)
  if (comparison === null) {
    const message = 'no field is named, so every field of each event is searched'
    return { code, message, span, help: 'write field: value' }
  }
  const [, field = '', operator = '', value = ''] = comparison
  const condition = `${operator === '!=' ? 'not ' : ''}${field}: ${value}`
  return {
    code,
    message: `${operator} compares nothing in KQL: this whole text is searched in every field`,
    span,
    help: `write ${condition}`,
    ...(leaf.value.kind === 'literal' && !leaf.value.quoted ? { patch: condition } : {}),
  }
}

function nullValue(leaf: KueryLeaf): Omit<Diagnostic, 'severity'> {
  const field = leaf.field === undefined ? 'field' : textOf(leaf.field)
  return {
    code: 'kuery.null-value',
    message: 'nothing equals null: this condition is never true',
    span: leaf.value.span,
    help: `write not ${field}:* where the field should be missing, or "null" for the word`,
  }
}
