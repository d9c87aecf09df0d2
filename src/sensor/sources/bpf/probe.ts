import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { Fault, messageOf } from '#base'
import { isArchitectureKnown, loadKernel, SystemCallError } from './kernel-calls.ts'
import { createMap, ringMap } from './loader/commands.ts'
import { obstacleIn, obstacleOfRefusal, type BpfHostFacts, type BpfObstacle } from './obstacle.ts'

/** Where the running kernel describes its types. */
export const kernelTypesPath = '/sys/kernel/btf/vmlinux'

/** Whether the eBPF source can be opened here, and if not, why and what would change it. */
export type BpfProbe = { readonly possible: true } | ({ readonly possible: false } & BpfObstacle)

/** Looks for obstacles and tries to create a small ring; takes a few milliseconds and leaves nothing behind. */
export function probeBpf(): BpfProbe {
  const facts = hostFacts()
  const obstacle = obstacleIn(facts) ?? refusalIn(facts)
  return obstacle === undefined ? { possible: true } : { possible: false, ...obstacle }
}

/** Throws the Fault that {@link probeBpf} describes, if it describes one. */
export function requireBpf(): void {
  const probe = probeBpf()
  if (!probe.possible) throw faultOf(probe)
}

/** The Fault for a refusal that the reading thread met. */
export function faultOfRefusal(refusal: {
  readonly code: string
  readonly message: string
  readonly reason: string
}): Fault {
  const obstacle = obstacleOfRefusal(hostFacts(), refusal.reason)
  if (obstacle !== undefined) return faultOf(obstacle)
  return new Fault('internal', refusal.code, `opening the eBPF source: ${refusal.message}`)
}

function faultOf({ code, reason, remedy }: BpfObstacle): Fault {
  const isForbidden = code === 'sensor.bpf-forbidden'
  const help = isForbidden ? `This gives the rights: ${remedy}` : remedy
  const kind = isForbidden ? 'forbidden' : 'unavailable'
  return new Fault(kind, code, `opening the eBPF source: ${reason} ${help}`)
}

function refusalIn(facts: BpfHostFacts): BpfObstacle | undefined {
  try {
    const kernel = loadKernel()
    kernel.raiseLockedMemoryLimit()
    const shape = { type: ringMap, keyBytes: 0, valueBytes: 0, maxEntries: 64 * 1024 }
    kernel.close(createMap(kernel, 'probe', shape))
    return undefined
  } catch (error) {
    const known =
      error instanceof SystemCallError ? obstacleOfRefusal(facts, error.reason) : undefined
    if (known !== undefined) return known
    throw new Fault('internal', 'sensor.bpf-refused', `trying bpf(2): ${messageOf(error)}`, {
      cause: error,
    })
  }
}

function hostFacts(): BpfHostFacts {
  return {
    platform: process.platform,
    architecture: process.arch,
    isArchitectureKnown: isArchitectureKnown(),
    kernelTypes: kernelTypes(),
    lockdown: contentOf('/sys/kernel/security/lockdown'),
    uidMap: contentOf('/proc/self/uid_map'),
    capabilities: effectiveCapabilities(contentOf('/proc/self/status')),
    command: process.argv
      .map((word) => (/^[\w./:=@%+-]+$/.test(word) ? word : quoted(word)))
      .join(' '),
  }
}

function kernelTypes(): BpfHostFacts['kernelTypes'] {
  if (!existsSync(kernelTypesPath)) return 'absent'
  try {
    accessSync(kernelTypesPath, constants.R_OK)
    return 'readable'
  } catch {
    return 'denied'
  }
}

function effectiveCapabilities(status: string): bigint {
  const bits = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  return bits === undefined ? 0n : BigInt(`0x${bits}`)
}

/** '' where the file does not exist or may not be read. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
