/** One thing that a recorded program did, with its effects on the disk; see `recorder.c`. */
export type Operation =
  | {
      readonly kind: 'created'
      readonly inode: number
      readonly path: string
      readonly isDirectory: boolean
    }
  | {
      readonly kind: 'written'
      readonly inode: number
      readonly offset: number
      readonly bytes: Buffer
    }
  | { readonly kind: 'cut'; readonly inode: number; readonly length: number }
  | { readonly kind: 'synced'; readonly inode: number }
  | { readonly kind: 'renamed'; readonly path: string; readonly to: string }
  | { readonly kind: 'unlinked'; readonly path: string }
  /** What it wrote to its standard output. */
  | { readonly kind: 'told'; readonly bytes: Buffer }

const headBytes = 41

/** The operations of a recording, in their order; a record that the end of the program cut short is left out. */
export function* operationsOf(recording: Buffer): Generator<Operation> {
  for (let at = 0; at + headBytes <= recording.length;) {
    const number = (position: number): number =>
      Number(recording.readBigUInt64LE(at + 1 + 8 * position))
    const [kind, inode, offset] = [recording[at] ?? 0, number(0), number(1)]
    const pathEnd = at + headBytes + number(2)
    const otherEnd = pathEnd + number(3)
    const end = otherEnd + number(4)
    if (end > recording.length) return
    const path = recording.toString('utf8', at + headBytes, pathEnd)
    const to = recording.toString('utf8', pathEnd, otherEnd)
    yield operationOf(kind, { inode, offset, path, to, bytes: recording.subarray(otherEnd, end) })
    at = end
  }
}

interface Members {
  readonly inode: number
  readonly offset: number
  readonly path: string
  readonly to: string
  readonly bytes: Buffer
}

function operationOf(kind: number, { inode, offset, path, to, bytes }: Members): Operation {
  switch (kind) {
    case 1:
      return { kind: 'created', inode, path, isDirectory: offset === 1 }
    case 2:
      return { kind: 'written', inode, offset, bytes }
    case 3:
      return { kind: 'cut', inode, length: offset }
    case 4:
      return { kind: 'synced', inode }
    case 5:
      return { kind: 'renamed', path, to }
    case 6:
      return { kind: 'unlinked', path }
    case 7:
      return { kind: 'told', bytes }
    default:
      throw new RangeError(`a recording has no records of kind ${kind}`)
  }
}
