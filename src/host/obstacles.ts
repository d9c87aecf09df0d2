import { constants, existsSync, readFileSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { unreachable } from '#base'
import type { Need } from '#respond'

/** Numbers of `capabilities(7)`. */
const capabilities = { CAP_KILL: 5, CAP_NET_ADMIN: 12 } as const

/** Why this process cannot do what an action needs, and what would change that; undefined: it can. */
export async function obstacleTo(
  need: Need,
  sockets: readonly string[],
): Promise<string | undefined> {
  switch (need) {
    case 'nothing':
    case 'files':
      return undefined
    case 'engine':
      return engineObstacle(sockets)
    case 'signals':
      return has('CAP_KILL')
        ? undefined
        : 'the server is not root and lacks CAP_KILL: it cannot signal processes of other users'
    case 'firewall':
      return firewallObstacle()
    default:
      return unreachable(need)
  }
}

async function engineObstacle(sockets: readonly string[]): Promise<string | undefined> {
  const there = sockets.filter((socket) => existsSync(socket))
  for (const socket of there) {
    const isOpen = await access(socket, constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    )
    if (isOpen) return undefined
  }
  return there.length === 0
    ? `no container engine listens at ${sockets.join(', ')}`
    : `the server may not use ${there.join(', ')}: put its user into the group of the socket, which makes it as good as root`
}

function firewallObstacle(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  if (!folders.some((folder) => existsSync(join(folder, 'nft')))) {
    return 'the program nft is not installed (Debian: apt-get install nftables)'
  }
  return has('CAP_NET_ADMIN')
    ? undefined
    : 'the server is not root and lacks CAP_NET_ADMIN: it cannot change the firewall'
}

function has(capability: keyof typeof capabilities): boolean {
  const hex = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return ((BigInt(`0x${hex ?? '0'}`) >> BigInt(capabilities[capability])) & 1n) === 1n
}
