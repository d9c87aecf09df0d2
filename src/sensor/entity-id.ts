import { hash } from 'node:crypto'

/** Nanoseconds of one clock tick in which `/proc/<pid>/stat` counts start times. */
const tickNs = 10_000_000n

/** A start time reduced to clock ticks, so that kernel records and `/proc` name a process alike. */
export function ticksOf(startBootNs: bigint): number {
  return Number(startBootNs / tickNs)
}

/** The start of a tick in boot-clock nanoseconds. */
export function nsOfTicks(ticks: number): bigint {
  return BigInt(ticks) * tickNs
}

/** Names a process for ever, on this host and boot, through every exec. Takes the start in ticks. */
export type EntityIdOf = (pid: number, startTicks: number) => string

/** Entity ids of one host and boot: 128 bits of a hash, base64url, 22 characters. */
export function entityIds(hostId: string, bootId: string): EntityIdOf {
  return (pid, startTicks) =>
    hash('sha256', `${hostId}|${bootId}|${pid}|${startTicks}`, 'buffer')
      .subarray(0, 16)
      .toString('base64url')
}
