import { arch } from 'node:process'
import { getSystemErrorName } from 'node:util'
import koffi from 'koffi'

/** The system calls that the BPF source needs; the only place that knows of a foreign function interface. */
export interface Kernel {
  readonly pageBytes: number
  /** bpf(2): the command's result. `attributes` must not be a view of 64 bytes or less (V8 may move those). */
  bpf(command: number, attributes: Uint8Array): number
  /** Where `bytes` rest in memory, to be named in attributes: they stay alive until the next call of `bpf` has returned. */
  addressOf(bytes: Uint8Array): bigint
  mapMemory(fd: number, range: MemoryRange): MappedMemory
  /** Waits for `fd` to be readable, or for a write to the event descriptor `wakeFd`, which nobody needs to read. */
  pollerOf(fd: number, wakeFd: number): Poller
  /** A descriptor that becomes readable when eight bytes are written to it. */
  eventFd(): number
  /** Raises the limit of locked memory, which kernels before 5.11 charge maps to; ignored where refused. */
  raiseLockedMemoryLimit(): void
  close(fd: number): void
}

/** What of a descriptor to map, in bytes; offsets in whole pages. */
interface MemoryRange {
  readonly offset: number
  readonly bytes: number
  readonly writable: boolean
}

/** Memory shared with the kernel; `bytes` must not be touched after `unmap`. */
interface MappedMemory {
  readonly bytes: ArrayBuffer
  unmap(): void
}

/** Descriptors to wait for. */
export interface Poller {
  /** Returns while the descriptor is readable, once for writes to the other, at a signal, or after the time; whether a descriptor was the reason. */
  wait(timeoutMs: number): boolean
  close(): void
}

/** The kernel said no: `errno` is its reason, `call` what was asked. */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError'
  readonly call: string
  readonly errno: number
  /** `EPERM`, `EINVAL`, … */
  readonly reason: string

  constructor(call: string, errno: number) {
    const reason = getSystemErrorName(-errno)
    super(`${call}: ${reason}`)
    this.call = call
    this.errno = errno
    this.reason = reason
  }
}

type CallName =
  | 'bpf'
  | 'mmap'
  | 'munmap'
  | 'epoll_create1'
  | 'epoll_ctl'
  | 'epoll_pwait'
  | 'eventfd2'
  | 'prlimit64'
  | 'close'

const callNumbers: Readonly<Partial<Record<string, Readonly<Record<CallName, number>>>>> = {
  x64: {
    bpf: 321,
    mmap: 9,
    munmap: 11,
    epoll_create1: 291,
    epoll_ctl: 233,
    epoll_pwait: 281,
    eventfd2: 290,
    prlimit64: 302,
    close: 3,
  },
  arm64: {
    bpf: 280,
    mmap: 222,
    munmap: 215,
    epoll_create1: 20,
    epoll_ctl: 21,
    epoll_pwait: 22,
    eventfd2: 19,
    prlimit64: 261,
    close: 57,
  },
}

const closeOnExec = 0x80000
const errnoInterrupted = 4
const readable = 1
const edgeOnly = 0x8000_0000

/** Whether the system call numbers of this processor are known. */
export function isArchitectureKnown(): boolean {
  return callNumbers[arch] !== undefined
}

/** The running kernel; throws where the C library cannot be reached or the processor is not known. */
export function loadKernel(): Kernel {
  const numbers = callNumbers[arch]
  if (numbers === undefined) throw new Error(`no system call numbers for ${arch}`)
  // The process itself, whatever C library it was linked with.
  const process = koffi.load(null)
  const syscall = process.func(
    'intptr_t syscall(intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t)',
  )
  const pageBytes = Number(process.func('int getpagesize()')())

  function call(name: CallName, ...given: readonly (number | bigint)[]): number | bigint {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = given
    const result: unknown = syscall(numbers?.[name], a, b, c, d, e, f)
    if (result === -1) throw new SystemCallError(name, koffi.errno())
    return typeof result === 'bigint' ? result : Number(result)
  }

  // An address does not keep what it points at: without this the collector might free it before the kernel reads it.
  let pinned: Uint8Array[] = []
  const addressOf = (bytes: Uint8Array): bigint => {
    pinned.push(bytes)
    return koffi.address(bytes)
  }
  const withPinned = (run: () => number | bigint): number => {
    try {
      return Number(run())
    } finally {
      pinned = []
    }
  }

  const close = (fd: number) => void call('close', fd)

  function mapMemory(fd: number, { offset, bytes, writable }: MemoryRange): MappedMemory {
    const readWrite = writable ? 3 : 1
    const shared = 1
    const address = BigInt(call('mmap', 0, bytes, readWrite, shared, fd, offset))
    return {
      bytes: koffi.view(address, bytes),
      unmap: () => void call('munmap', address, bytes),
    }
  }

  function pollerOf(fd: number, wakeFd: number): Poller {
    const epoll = Number(call('epoll_create1', closeOnExec))
    // Larger than 64 bytes, so that it stays where it is; room for the packed and the padded layout.
    const events = new Uint8Array(new ArrayBuffer(256))
    const add = (added: number, conditions: number) => {
      new DataView(events.buffer).setUint32(0, conditions, true)
      withPinned(() => call('epoll_ctl', epoll, 1, added, addressOf(events)))
    }
    add(fd, readable)
    add(wakeFd, (readable | edgeOnly) >>> 0)
    return {
      wait(timeoutMs) {
        try {
          return (
            withPinned(() => call('epoll_pwait', epoll, addressOf(events), 8, timeoutMs, 0, 8)) > 0
          )
        } catch (error) {
          if (!(error instanceof SystemCallError) || error.errno !== errnoInterrupted) throw error
          return false
        }
      },
      close: () => close(epoll),
    }
  }

  function raiseLockedMemoryLimit(): void {
    const lockedMemory = 8
    const unlimited = new Uint8Array(new ArrayBuffer(128)).fill(0xff, 0, 16)
    try {
      withPinned(() => call('prlimit64', 0, lockedMemory, addressOf(unlimited), 0))
    } catch {
      // Only old kernels need it; there the map creation will say what is missing.
    }
  }

  return {
    pageBytes,
    bpf: (command, attributes) =>
      withPinned(() => call('bpf', command, addressOf(attributes), attributes.byteLength)),
    addressOf,
    mapMemory,
    pollerOf,
    eventFd: () => Number(call('eventfd2', 0, closeOnExec | 0x800)),
    raiseLockedMemoryLimit,
    close,
  }
}
