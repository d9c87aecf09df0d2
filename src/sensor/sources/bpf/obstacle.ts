/** Why BPF is impossible on a host, in words for the person who runs it. */
export interface BpfObstacle {
  readonly code:
    | 'sensor.bpf-not-linux'
    | 'sensor.bpf-architecture'
    | 'sensor.bpf-no-types'
    | 'sensor.bpf-lockdown'
    | 'sensor.bpf-user-namespace'
    | 'sensor.bpf-forbidden'
    | 'sensor.bpf-old-kernel'
  readonly reason: string
  /** One command, or one thing to change. */
  readonly remedy: string
}

/** What decides about BPF before it is tried. */
export interface BpfHostFacts {
  readonly platform: string
  readonly architecture: string
  readonly isArchitectureKnown: boolean
  readonly kernelTypes: 'readable' | 'absent' | 'denied'
  /** Content of the kernel's lockdown file; '' where there is none. */
  readonly lockdown: string
  /** Content of /proc/self/uid_map. */
  readonly uidMap: string
  /** Bits of the effective capabilities. */
  readonly capabilities: bigint
  /** The command that started this process, as typed. */
  readonly command: string
}

const sysAdmin = 21n
const perfmon = 38n
const bpf = 39n

/** What stands in the way as far as it can be told without trying; undefined where nothing is known. */
export function obstacleIn(facts: BpfHostFacts): BpfObstacle | undefined {
  if (facts.platform !== 'linux') {
    return {
      code: 'sensor.bpf-not-linux',
      reason: `eBPF is a part of Linux; this is ${facts.platform}.`,
      remedy: 'Run the sensor on the Linux hosts that are to be watched.',
    }
  }
  if (!facts.isArchitectureKnown) {
    return {
      code: 'sensor.bpf-architecture',
      reason: `The eBPF loader knows x64 and arm64, not ${facts.architecture}.`,
      remedy: 'Another source of process events is used instead.',
    }
  }
  if (facts.kernelTypes === 'absent') {
    return {
      code: 'sensor.bpf-no-types',
      reason:
        'This kernel does not describe its types: /sys/kernel/btf/vmlinux is missing (built without CONFIG_DEBUG_INFO_BTF, or /sys is not mounted).',
      remedy: 'Boot a distribution kernel of 5.8 or newer; most have it since 2021.',
    }
  }
  if (facts.lockdown.includes('[confidentiality]')) {
    return {
      code: 'sensor.bpf-lockdown',
      reason:
        'The kernel is locked down in confidentiality mode, which forbids eBPF to read kernel memory.',
      remedy: 'Boot with lockdown=integrity on the kernel command line.',
    }
  }
  if (!mayUseBpf(facts.capabilities)) return forbidden(facts, missingRights(facts.capabilities))
  if (!isInitialUserNamespace(facts.uidMap)) {
    return {
      code: 'sensor.bpf-user-namespace',
      reason:
        'This process runs in a user namespace (a rootless container, for example): its capabilities mean nothing to eBPF.',
      remedy: `On the host itself: ${grantingCommand(facts.command)}`,
    }
  }
  if (facts.kernelTypes === 'denied')
    return forbidden(facts, 'may not read /sys/kernel/btf/vmlinux')
  return undefined
}

/** What a refused attempt means, given that {@link obstacleIn} saw nothing. */
export function obstacleOfRefusal(facts: BpfHostFacts, reason: string): BpfObstacle | undefined {
  if (reason === 'EPERM' || reason === 'EACCES') {
    return forbidden(
      facts,
      'has the capabilities, but the kernel refuses bpf(2) all the same (a seccomp filter of a container, or a security module)',
    )
  }
  if (reason === 'EINVAL' || reason === 'ENOSYS') {
    return {
      code: 'sensor.bpf-old-kernel',
      reason: 'This kernel has no BPF ring buffer; it came with Linux 5.8.',
      remedy: 'Boot a kernel of 5.8 or newer.',
    }
  }
  return undefined
}

function mayUseBpf(capabilities: bigint): boolean {
  return has(capabilities, sysAdmin) || (has(capabilities, bpf) && has(capabilities, perfmon))
}

function has(capabilities: bigint, bit: bigint): boolean {
  return ((capabilities >> bit) & 1n) === 1n
}

function missingRights(capabilities: bigint): string {
  const missing = [
    has(capabilities, bpf) ? '' : 'CAP_BPF',
    has(capabilities, perfmon) ? '' : 'CAP_PERFMON',
  ].filter((name) => name !== '')
  return `lacks ${missing.join(' and ')}`
}

function forbidden({ command }: BpfHostFacts, what: string): BpfObstacle {
  return {
    code: 'sensor.bpf-forbidden',
    reason: `This process ${what}.`,
    remedy: grantingCommand(command),
  }
}

/** Starts the same command as the same user with just the two capabilities more. */
function grantingCommand(command: string): string {
  const identity = '--reuid "$(id -u)" --regid "$(id -g)" --init-groups'
  return `sudo setpriv ${identity} --inh-caps +bpf,+perfmon --ambient-caps +bpf,+perfmon ${command}`
}

/** The initial namespace maps every id to itself. */
function isInitialUserNamespace(uidMap: string): boolean {
  return uidMap === '' || /^\s*0\s+0\s+4294967295\s*$/.test(uidMap)
}
