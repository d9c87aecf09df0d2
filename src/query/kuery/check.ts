import type { Diagnostic } from '#base'
import type { FieldCatalogue } from '#event'
import type { KueryNode } from './ast.ts'

/** stub replaced below */
export function checkKuery(_node: KueryNode, _fields: FieldCatalogue): readonly Diagnostic[] {
  return []
}
