import type { SharedCounters } from '../shared-counters.ts'
import { type NetlinkSocket, openNetlink } from '../netlink.ts'
import { type ConnectorEvent, decodeConnector, gapCounter, subscription } from './connector.ts'

/** The proc connector, subscribed to. */
export interface ConnectorReader {
  readonly socket: NetlinkSocket
  /** At most `limit` datagrams' worth of events, and whether there may be more. */
  read(limit: number): { readonly events: readonly ConnectorEvent[]; readonly more: boolean }
  /** Ends the subscription; what the kernel holds can still be read. */
  unsubscribe(): void
}

const netlinkConnector = 11
const receiveBytes = 32 * 1024 * 1024

/** Subscribes to the proc connector; counts what is lost or not understood. Throws a `forbidden` or `unavailable` fault. */
export function openConnector(counters: SharedCounters): ConnectorReader {
  const socket = openNetlink({ protocol: netlinkConnector, groups: 1, receiveBytes })
  const gaps = gapCounter()
  socket.send(subscription(true))

  function eventOf(datagram: Uint8Array): ConnectorEvent | undefined {
    const decoded = decodeConnector(datagram)
    if (decoded === undefined) {
      counters.add('produced')
      counters.add('undecodable')
      return undefined
    }
    const missing = gaps(decoded)
    counters.add('lost', missing)
    counters.add('produced', missing)
    return decoded.event
  }

  return {
    socket,
    read(limit) {
      const events: ConnectorEvent[] = []
      for (let count = 0; count < limit; count++) {
        const datagram = socket.receive()
        if (datagram === undefined) return { events, more: false }
        // The gaps in the sequence numbers tell how many; this only says that there are some.
        if (datagram === 'overrun') continue
        const event = eventOf(datagram)
        if (event !== undefined) events.push(event)
      }
      return { events, more: true }
    },
    unsubscribe: () => socket.send(subscription(false)),
  }
}
