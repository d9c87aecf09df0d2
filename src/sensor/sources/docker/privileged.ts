import { readFileSync } from 'node:fs'
import { capabilityNames } from '../../capabilities.ts'
import type { ContainerSecurity } from '../../event-types/container/container-security.ts'

// Engines older than the kernel know fewer: 38 is what a privileged container gets from an engine that
// stops at CAP_AUDIT_READ.
const leastFullMask = (1n << 38n) - 1n

/**
 * The capabilities that a container must have to be as good as privileged: those that every engine of the
 * last ten years gives, without what the host itself cannot give (init's bounding set).
 */
export function fullCapabilities(statusPath = '/proc/1/status'): ReadonlySet<string> {
  return new Set(capabilityNames(leastFullMask & boundingMask(statusPath)))
}

function boundingMask(statusPath: string): bigint {
  try {
    const hex = /^CapBnd:\s*([0-9a-f]{16})$/m.exec(readFileSync(statusPath, 'latin1'))?.[1]
    if (hex !== undefined) return BigInt(`0x${hex}`)
  } catch {
    // Without /proc the strictest reading holds: everything that engines give.
  }
  return leastFullMask
}

/** Whether a set of capabilities holds all of {@link fullCapabilities}. */
export function isFull(capabilities: readonly string[], full: ReadonlySet<string>): boolean {
  return full.isSubsetOf(new Set(capabilities))
}

/**
 * Whether a container is as good as privileged however it was asked for: it has every capability, no
 * system call filter, and nothing of `/proc` and `/sys` is hidden from it. Undefined where one of the
 * three is unknown and none of them rules it out.
 */
export function isPrivilegedByEffect({
  allCapabilities,
  seccomp,
  maskedPaths,
}: ContainerSecurity): boolean | undefined {
  if (allCapabilities === false || maskedPaths === true) return false
  if (seccomp === 'default' || seccomp === 'profile') return false
  if (allCapabilities === undefined || seccomp === undefined || maskedPaths === undefined) {
    return undefined
  }
  return true
}

/** `CAP_SYS_ADMIN` for every manner of writing it; `ALL` stays. */
export function capabilityName(text: string): string {
  const upper = text.toUpperCase()
  return upper === 'ALL' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`
}
