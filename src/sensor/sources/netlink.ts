import koffi from 'koffi'
import { Fault } from '#base'

/** A netlink socket. None of its calls block; see {@link netlinkWaiter}. */
export interface NetlinkSocket {
  readonly fd: number
  send(payload: Uint8Array): void
  /**
   * The next datagram, a view that the next call overwrites; undefined when there is none.
   * `overrun` says that the kernel dropped datagrams since the last call: there was no room for them.
   */
  receive(): Uint8Array | 'overrun' | undefined
  close(): void
}

/** Which protocol, which multicast groups, how much room in the kernel. */
export interface NetlinkOptions {
  readonly protocol: number
  /** Bit mask. */
  readonly groups: number
  readonly receiveBytes: number
}

const afNetlink = 16
const sockRawCloexec = 3 | 0o2000000
const solSocket = 1
const soRcvbuf = 8
const soRcvbufForce = 33
const msgDontwait = 0x40
const pollin = 1
const eintr = 4
const eagain = 11
const enobufs = 105
const maxDatagram = 1 << 17

/** Opens and binds a netlink socket. Throws a `forbidden` or `unavailable` fault. The only file that calls libc for it. */
export function openNetlink({ protocol, groups, receiveBytes }: NetlinkOptions): NetlinkSocket {
  const libc = koffi.load(null)
  const socket = libc.func('int socket(int, int, int)')
  const bind = libc.func('int bind(int, void *, uint32)')
  const setsockopt = libc.func('int setsockopt(int, int, int, void *, uint32)')
  const sendto = libc.func('int64 send(int, void *, size_t, int)')
  const recv = libc.func('int64 recv(int, void *, size_t, int)')
  const close = libc.func('int close(int)')

  const fd: number = socket(afNetlink, sockRawCloexec, protocol)
  if (fd < 0) throw refusal(`open a netlink socket of protocol ${protocol}`, koffi.errno())
  const address = new DataView(new ArrayBuffer(12))
  address.setUint16(0, afNetlink, true)
  address.setUint32(8, groups, true)
  if (bind(fd, new Uint8Array(address.buffer), 12) < 0) {
    const errno = koffi.errno()
    close(fd)
    throw refusal(`join groups ${groups} of netlink protocol ${protocol}`, errno)
  }
  const size = new Uint8Array(new Int32Array([receiveBytes]).buffer)
  // The second form is held to a system limit, which is better than nothing.
  if (setsockopt(fd, solSocket, soRcvbufForce, size, 4) < 0) {
    setsockopt(fd, solSocket, soRcvbuf, size, 4)
  }

  const buffer = new Uint8Array(maxDatagram)
  return {
    fd,
    send(payload) {
      if (Number(sendto(fd, payload, payload.byteLength, 0)) < 0) {
        throw refusal(`send to netlink protocol ${protocol}`, koffi.errno())
      }
    },
    receive() {
      const length = Number(recv(fd, buffer, maxDatagram, msgDontwait))
      if (length >= 0) return buffer.subarray(0, length)
      const errno = koffi.errno()
      if (errno === enobufs) return 'overrun'
      if (errno === eagain || errno === eintr) return undefined
      throw refusal(`read from netlink protocol ${protocol}`, errno)
    },
    close: () => void close(fd),
  }
}

/** Waits up to `timeoutMs` for any of the sockets to have something to read; blocks the thread. */
export function netlinkWaiter(sockets: readonly NetlinkSocket[]): (timeoutMs: number) => boolean {
  const poll = koffi.load(null).func('int poll(void *, uint64, int)')
  const entries = new Int32Array(sockets.length * 2)
  return (timeoutMs) => {
    sockets.forEach(({ fd }, index) => entries.set([fd, pollin], index * 2))
    return Number(poll(entries, sockets.length, timeoutMs)) > 0
  }
}

const eperm = 1
const eacces = 13

/** What the kernel answered, as a fault that says what we were doing. */
export function refusal(doing: string, errno: number): Fault {
  const forbidden = errno === eperm || errno === eacces
  const reason = forbidden ? 'the rights are missing' : 'the kernel refused'
  return new Fault(
    forbidden ? 'forbidden' : 'unavailable',
    forbidden ? 'sensor.netlink-forbidden' : 'sensor.netlink-refused',
    `could not ${doing}: ${reason} (error ${errno})`,
  )
}
