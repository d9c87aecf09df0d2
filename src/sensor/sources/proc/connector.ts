/** What the proc connector says of one process: pids only. */
export type ConnectorEvent =
  | {
      readonly kind: 'fork'
      readonly pid: number
      readonly parentPid: number
      readonly monotonicNs: bigint
    }
  | { readonly kind: 'exec'; readonly pid: number; readonly monotonicNs: bigint }
  | {
      readonly kind: 'exit'
      readonly pid: number
      readonly status: number
      readonly signal: number
      readonly monotonicNs: bigint
    }

/** A datagram of the connector, with the place in its CPU's count, by which gaps show. */
export interface ConnectorDatagram {
  readonly cpu: number
  readonly sequence: number
  /** Undefined for events that we do not use: threads, names, credentials. */
  readonly event: ConnectorEvent | undefined
}

const headerBytes = 16
const connectorBytes = 20
const bodyAt = headerBytes + connectorBytes
const idProc = 1

const what = { none: 0, fork: 1, exec: 2, exit: 0x80000000 }

/** Decodes one datagram; undefined when it is not the connector's. */
export function decodeConnector(datagram: Uint8Array): ConnectorDatagram | undefined {
  if (datagram.byteLength < bodyAt + 24) return undefined
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength)
  if (view.getUint32(headerBytes, true) !== idProc) return undefined
  const sequence = view.getUint32(headerBytes + 8, true)
  const kind = view.getUint32(bodyAt, true)
  const cpu = view.getUint32(bodyAt + 4, true)
  return { cpu, sequence, event: kind === what.none ? undefined : eventOf(kind, view) }
}

function eventOf(kind: number, view: DataView): ConnectorEvent | undefined {
  const word = (index: number) =>
    bodyAt + 20 + index * 4 <= view.byteLength ? view.getUint32(bodyAt + 16 + index * 4, true) : 0
  const monotonicNs = view.getBigUint64(bodyAt + 8, true)
  if (kind === what.fork) {
    const [parentPid, childThread, pid] = [word(1), word(2), word(3)]
    return childThread === pid ? { kind: 'fork', pid, parentPid, monotonicNs } : undefined
  }
  if (kind === what.exec) return { kind: 'exec', pid: word(1), monotonicNs }
  if (kind !== what.exit) return undefined
  const [thread, pid, code] = [word(0), word(1), word(2)]
  if (thread !== pid) return undefined
  return { kind: 'exit', pid, status: (code >> 8) & 0xff, signal: code & 0x7f, monotonicNs }
}

/** The message that turns the stream on or off for our socket. */
export function subscription(listen: boolean): Uint8Array {
  const message = new Uint8Array(bodyAt + 4)
  const view = new DataView(message.buffer)
  const done = 3
  view.setUint32(0, message.byteLength, true)
  view.setUint16(4, done, true)
  view.setUint32(headerBytes, idProc, true)
  view.setUint32(headerBytes + 4, 1, true)
  view.setUint16(headerBytes + 16, 4, true)
  view.setUint32(bodyAt, listen ? 1 : 2, true)
  return message
}

/** Counts what is missing between the sequence numbers of each CPU. */
export function gapCounter(): (datagram: ConnectorDatagram) => number {
  const lastByCpu = new Map<number, number>()
  return ({ cpu, sequence }) => {
    const last = lastByCpu.get(cpu)
    lastByCpu.set(cpu, sequence)
    // The answer to the subscription is not from the per-CPU count.
    if (last === undefined || sequence <= last) return 0
    return sequence - last - 1
  }
}
