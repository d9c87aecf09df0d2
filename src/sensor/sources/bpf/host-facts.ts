import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'

const mebibyte = 1024 * 1024
const gibibyte = 1024 * mebibyte

/** The ring's size where nobody chose one: 16 MiB under 2 GiB of memory, 64 MiB above 16 GiB, else 32 MiB. */
export function defaultRingBytes(memoryBytes: number = totalmem()): number {
  if (memoryBytes < 2 * gibibyte) return 16 * mebibyte
  return memoryBytes > 16 * gibibyte ? 64 * mebibyte : 32 * mebibyte
}

/** The next power of two, as the kernel demands of a ring: one of the largest pages in use (64 KiB) at least, 1 GiB at most. */
export function ringBytesFor(wanted: number): number {
  return 2 ** Math.ceil(Math.log2(Math.min(Math.max(wanted, 64 * 1024), gibibyte)))
}

/** One more than the highest number that a CPU of this machine can have. */
export function possibleCpus(): number {
  return highestCpu(readFileSync('/sys/devices/system/cpu/possible', 'utf8')) + 1
}

/** The highest number of a kernel list such as `0-3,8-11`. */
export function highestCpu(list: string): number {
  return Math.max(...list.trim().split(/[,-]/).map(Number))
}
