import type { SourceCounters } from '../record.ts'

const names = [
  'produced',
  'delivered',
  'lost',
  'argsUnreadable',
  'truncated',
  'undecodable',
] as const satisfies readonly (keyof SourceCounters)[]

/** Counters that a worker writes and the main thread reads, and a flag by which it is asked to stop. */
export interface SharedCounters {
  readonly memory: SharedArrayBuffer
  add(name: keyof SourceCounters, amount?: number): void
  read(): SourceCounters
  readonly stopping: boolean
  stop(): void
}

/** New counters, or the view of counters that another thread made. */
export function sharedCounters(
  memory: SharedArrayBuffer = new SharedArrayBuffer((names.length + 1) * 8),
): SharedCounters {
  const words = new BigInt64Array(memory)
  const read = (index: number) => Number(Atomics.load(words, index))
  return {
    memory,
    add: (name, amount = 1) => void Atomics.add(words, names.indexOf(name), BigInt(amount)),
    read: () => ({
      produced: read(0),
      delivered: read(1),
      lost: read(2),
      argsUnreadable: read(3),
      truncated: read(4),
      undecodable: read(5),
    }),
    get stopping() {
      return read(names.length) !== 0
    },
    stop: () => void Atomics.store(words, names.length, 1n),
  }
}
