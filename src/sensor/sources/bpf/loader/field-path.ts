import type { Btf, BtfMember, BtfType } from './btf.ts'

/** One step from a type into its inside. */
type Step =
  | { readonly kind: 'member'; readonly name: string; readonly type: number }
  | { readonly kind: 'element'; readonly index: number }

/** A way from a root type to a field, and where it ends. */
export interface FieldPath {
  /** The root is taken as element of an array of its kind; nearly always 0. */
  readonly rootIndex: number
  readonly steps: readonly Step[]
  readonly byteOffset: number
  /** Type id of the field. */
  readonly type: number
}

/** The path that an accessor (`0:3:1`, indices from a root type inwards) means; undefined where it leads nowhere. */
export function fieldPathOf(btf: Btf, root: number, accessor: string): FieldPath | undefined {
  const [rootIndex = 0, ...indices] = accessor.split(':').map(Number)
  const steps: Step[] = []
  let type = root
  let byteOffset = rootIndex * (bytesOf(btf, root) ?? 0)
  for (const index of indices) {
    const outer = btf.resolved(type)
    if (outer.kind === 'array') {
      steps.push({ kind: 'element', index })
      byteOffset += index * (bytesOf(btf, outer.of) ?? 0)
      type = outer.of
      continue
    }
    const member = isComposite(outer) ? outer.members[index] : undefined
    if (member === undefined || member.isBitfield) return undefined
    // Anonymous members are shape, not name: another kernel may nest the same field otherwise.
    if (member.name !== '') steps.push({ kind: 'member', name: member.name, type: member.type })
    byteOffset += member.bitOffset / 8
    type = member.type
  }
  return { rootIndex, steps, byteOffset, type }
}

/** The same path by names in other types; undefined where a step is missing there or is of another sort. */
export function followIn(
  target: Btf,
  root: number,
  local: { readonly btf: Btf; readonly path: FieldPath },
): FieldPath | undefined {
  const { rootIndex, steps } = local.path
  let type = root
  let byteOffset = rootIndex * (bytesOf(target, root) ?? 0)
  for (const step of steps) {
    const outer = target.resolved(type)
    if (step.kind === 'element') {
      if (outer.kind !== 'array') return undefined
      // Length 0 is a flexible array: any element may exist.
      if (outer.length !== 0 && step.index >= outer.length) return undefined
      byteOffset += step.index * (bytesOf(target, outer.of) ?? 0)
      type = outer.of
      continue
    }
    const found = findMember(target, outer, step.name)
    if (found === undefined || found.member.isBitfield) return undefined
    if (!areAlike({ btf: local.btf, type: step.type }, { btf: target, type: found.member.type })) {
      return undefined
    }
    byteOffset += found.byteOffset
    type = found.member.type
  }
  return { rootIndex, steps, byteOffset, type }
}

/** Bytes that a type takes; undefined for void, functions and forward declarations. */
export function bytesOf(btf: Btf, id: number): number | undefined {
  const type = btf.resolved(id)
  switch (type.kind) {
    case 'pointer':
      return 8
    case 'array': {
      const element = bytesOf(btf, type.of)
      return element === undefined ? undefined : element * type.length
    }
    case 'int':
    case 'float':
    case 'struct':
    case 'union':
    case 'enum':
      return type.bytes
    default:
      return undefined
  }
}

function findMember(
  btf: Btf,
  outer: BtfType,
  name: string,
): { readonly member: BtfMember; readonly byteOffset: number } | undefined {
  if (!isComposite(outer)) return undefined
  for (const member of outer.members) {
    const byteOffset = member.bitOffset / 8
    if (member.name === name) return { member, byteOffset }
    if (member.name !== '') continue
    const inside = findMember(btf, btf.resolved(member.type), name)
    if (inside !== undefined) return { ...inside, byteOffset: byteOffset + inside.byteOffset }
  }
  return undefined
}

interface TypeIn {
  readonly btf: Btf
  readonly type: number
}

/** Whether a field of one type may stand for one of the other: sort for sort, whatever its width. */
function areAlike(local: TypeIn, target: TypeIn): boolean {
  const a = local.btf.resolved(local.type)
  const b = target.btf.resolved(target.type)
  if (isComposite(a) && isComposite(b)) return true
  if (a.kind === 'array' && b.kind === 'array') {
    return areAlike({ btf: local.btf, type: a.of }, { btf: target.btf, type: b.of })
  }
  return a.kind === b.kind || (isNumber(a) && isNumber(b))
}

function isComposite(type: BtfType): type is Extract<BtfType, { kind: 'struct' | 'union' }> {
  return type.kind === 'struct' || type.kind === 'union'
}

function isNumber({ kind }: BtfType): boolean {
  return kind === 'int' || kind === 'enum'
}
