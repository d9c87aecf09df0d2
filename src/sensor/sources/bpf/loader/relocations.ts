import { Fault } from '#base'
import type { Btf } from './btf.ts'
import { bytesOf, fieldPathOf, followIn } from './field-path.ts'

/** A question that an instruction asks of the running kernel's types. */
export interface Relocation {
  /** Section and byte offset of the instruction. */
  readonly section: string
  readonly offset: number
  /** Type in the object's own BTF, and indices from it inwards. */
  readonly type: number
  readonly accessor: string
  readonly question: Question
}

/** What is asked. */
export type Question =
  | 'field-offset'
  | 'field-bytes'
  | 'field-exists'
  | 'type-exists'
  | 'type-bytes'
  | 'value-exists'
  | 'value'

/** What the object was compiled with, and what is true here; undefined where this kernel has no answer. */
export interface Answer {
  readonly compiled: bigint
  readonly actual: bigint | undefined
}

const questions: ReadonlyMap<number, Question> = new Map([
  [0, 'field-offset'],
  [1, 'field-bytes'],
  [2, 'field-exists'],
  [8, 'type-exists'],
  [9, 'type-bytes'],
  [10, 'value-exists'],
  [11, 'value'],
])

/** Reads the relocations of a `.BTF.ext` section, in its order; throws a Fault `sensor.btf` for questions that we cannot answer. */
export function parseRelocations(bytes: Uint8Array, btf: Btf): readonly Relocation[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerBytes = view.getUint32(4, true)
  const start = headerBytes + view.getUint32(24, true)
  const end = start + view.getUint32(28, true)
  const recordBytes = view.getUint32(start, true)
  const found: Relocation[] = []
  for (let at = start + 4; at < end;) {
    const section = btf.text(view.getUint32(at, true))
    const count = view.getUint32(at + 4, true)
    at += 8
    for (let nth = 0; nth < count; nth++, at += recordBytes) {
      const kind = view.getUint32(at + 12, true)
      const question = questions.get(kind)
      if (question === undefined) {
        throw new Fault(
          'invalid',
          'sensor.btf',
          `reading relocations: kind ${kind} is not supported`,
        )
      }
      found.push({
        section,
        offset: view.getUint32(at, true),
        type: view.getUint32(at + 4, true),
        accessor: btf.text(view.getUint32(at + 8, true)),
        question,
      })
    }
  }
  return found
}

/** Answers each relocation of an object from the types of a kernel; throws a Fault `sensor.btf` where two types of one name contradict. */
export function answerRelocations(
  relocations: readonly Relocation[],
  { object, kernel }: { readonly object: Btf; readonly kernel: Btf },
): readonly Answer[] {
  const names = new Set(relocations.map(({ type }) => plainName(nameOf(object, type))))
  const ids = kernel.idsByName(names)
  return relocations.map((relocation) => {
    const name = plainName(nameOf(object, relocation.type))
    const candidates = (ids.get(name) ?? []).filter((id) =>
      isSameSort(object, relocation.type, kernel, id),
    )
    return answer(relocation, candidates, { object, kernel })
  })
}

/** A type's name without its flavour: `inode___plain_ctime` is a shape of `inode`. */
export function plainName(name: string): string {
  const flavour = name.indexOf('___')
  return flavour <= 0 ? name : name.slice(0, flavour)
}

interface Sides {
  readonly object: Btf
  readonly kernel: Btf
}

function answer(relocation: Relocation, candidates: readonly number[], sides: Sides): Answer {
  const { question, type, accessor } = relocation
  const compiled = localValue(relocation, sides.object)
  const found = candidates
    .map((candidate) => kernelValue(relocation, candidate, sides))
    .filter((value) => value !== undefined)
  if (new Set(found).size > 1) {
    throw new Fault(
      'invalid',
      'sensor.btf',
      `relocating ${nameOf(sides.object, type)} ${accessor}: the kernel has several types of that name, which differ`,
    )
  }
  const isExistence = question.endsWith('-exists')
  return { compiled, actual: found[0] ?? (isExistence ? 0n : undefined) }
}

function localValue({ question, type, accessor }: Relocation, object: Btf): bigint {
  switch (question) {
    case 'field-exists':
    case 'type-exists':
    case 'value-exists':
      return 1n
    case 'type-bytes':
      return BigInt(bytesOf(object, type) ?? 0)
    case 'value':
      return enumerator(object, type, Number(accessor))?.value ?? 0n
    case 'field-offset':
    case 'field-bytes': {
      const path = fieldPathOf(object, type, accessor)
      if (path === undefined) {
        throw new Fault(
          'invalid',
          'sensor.btf',
          `relocating ${nameOf(object, type)}: no field ${accessor}`,
        )
      }
      return BigInt(
        question === 'field-offset' ? path.byteOffset : (bytesOf(object, path.type) ?? 0),
      )
    }
  }
}

function kernelValue(relocation: Relocation, id: number, sides: Sides): bigint | undefined {
  const { question, type, accessor } = relocation
  const { object, kernel } = sides
  switch (question) {
    case 'type-exists':
      return 1n
    case 'type-bytes': {
      const bytes = bytesOf(kernel, id)
      return bytes === undefined ? undefined : BigInt(bytes)
    }
    case 'value-exists':
    case 'value': {
      const wanted = enumerator(object, type, Number(accessor))
      const target = kernel.resolved(id)
      if (wanted === undefined || target.kind !== 'enum') return undefined
      const found = target.values.find(({ name }) => plainName(name) === plainName(wanted.name))
      if (found === undefined) return undefined
      return question === 'value' ? found.value : 1n
    }
    default: {
      const local = fieldPathOf(object, type, accessor)
      if (local === undefined) return undefined
      const path = followIn(kernel, id, { btf: object, path: local })
      if (path === undefined) return undefined
      if (question === 'field-exists') return 1n
      if (question === 'field-offset') return BigInt(path.byteOffset)
      const bytes = bytesOf(kernel, path.type)
      return bytes === undefined ? undefined : BigInt(bytes)
    }
  }
}

function enumerator(btf: Btf, id: number, index: number) {
  const type = btf.resolved(id)
  return type.kind === 'enum' ? type.values[index] : undefined
}

function nameOf(btf: Btf, id: number): string {
  const type = btf.typeAt(id)
  return 'name' in type ? type.name : ''
}

function isSameSort(object: Btf, local: number, kernel: Btf, target: number): boolean {
  return object.resolved(local).kind === kernel.resolved(target).kind
}
