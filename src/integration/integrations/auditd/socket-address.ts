import type { EcsFields } from '../../ecs-document.ts'
import { bytesOf } from './record.ts'

const families: { readonly [number: number]: string } = {
  1: 'unix',
  2: 'ipv4',
  10: 'ipv6',
  16: 'netlink',
}

/** Calls whose address is that of whoever asks; of others it is where they lead. */
const fromElsewhere = new Set(['accept', 'accept4', 'getpeername', 'recvfrom', 'recvmsg'])

/** Where a call leads or comes from, by the bytes of its `saddr`. */
export function socketFields(saddr: string | undefined, call: string | undefined): EcsFields {
  const bytes = bytesOf(saddr)
  if (bytes === undefined || bytes.length < 4) return {}
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const side = fromElsewhere.has(call ?? '') ? 'source' : 'destination'
  const family = view.getUint16(0, true)
  const socket = { 'auditd.data.socket.family': families[family] ?? String(family) }
  if (family === 2 && bytes.length >= 8) {
    const address = bytes.subarray(4, 8).join('.')
    return { ...socket, ...end(side, address, view.getUint16(2)) }
  }
  if (family === 10 && bytes.length >= 24) {
    const groups = Array.from({ length: 8 }, (_, place) =>
      view.getUint16(8 + 2 * place).toString(16),
    )
    return { ...socket, ...end(side, groups.join(':'), view.getUint16(2)) }
  }
  if (family === 1) {
    const path = new TextDecoder().decode(bytes.subarray(2)).replace(/^\0|\0.*$/gs, '')
    return { ...socket, 'auditd.data.socket.path': path }
  }
  return socket
}

function end(side: string, address: string, port: number): EcsFields {
  return {
    [`${side}.address`]: address,
    [`${side}.ip`]: address,
    [`${side}.port`]: port,
    'network.type': address.includes(':') ? 'ipv6' : 'ipv4',
  }
}
