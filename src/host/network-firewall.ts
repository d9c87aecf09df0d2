import { execFile } from 'node:child_process'
import { Fault } from '#base'
import type { Firewall } from '#respond'

/** What an isolated host may still do: be reached at a port, or reach one. */
export type Allowed =
  | { readonly kind: 'served'; readonly port: number }
  | { readonly kind: 'reached'; readonly address: string; readonly port: number }

const table = 'vedette_isolation'

/**
 * Isolation by a table of nftables of its own, which comes before those of others: what it drops nobody lets in. Beside what is allowed
 * there are the loopback and what an address needs to stay (DHCP, neighbour discovery).
 */
export function networkFirewall({
  allowed,
  nft = ['nft'],
}: {
  readonly allowed: () => readonly Allowed[]
  /** The program and its first words. */
  readonly nft?: readonly [string, ...string[]]
}): Firewall {
  const ask = (words: readonly string[], input = '') => run(nft, words, input)
  const isIsolated = async (): Promise<boolean> => {
    const { code, said } = await ask(['list', 'tables', 'inet'])
    if (code === 0) return said.split('\n').includes(`table inet ${table}`)
    throw refusal('asking for the isolation', said)
  }
  return {
    plan: () => rulesFor(allowed()),
    isIsolated,
    async isolate() {
      // One transaction: there is no moment in which half of it holds.
      const { code, said } = await ask(['-f', '-'], rulesFor(allowed()))
      if (code !== 0) throw refusal('isolating', said)
    },
    async release() {
      const { code, said } = await ask(['delete', 'table', 'inet', table])
      if (code !== 0) throw refusal('releasing', said)
    },
  }
}

function refusal(what: string, said: string): Fault {
  const why = said.trim().split('\n').slice(0, 3).join(' | ').slice(0, 500)
  const kind = /permitted/i.test(said) ? 'forbidden' : 'unavailable'
  return new Fault(kind, 'host.firewall', `${what}: nft: ${why}`)
}

function rulesFor(allowed: readonly Allowed[]): string {
  const come = allowed.map((each) =>
    each.kind === 'served'
      ? `tcp dport ${each.port} accept`
      : `${familyOf(each.address)} saddr ${each.address} tcp sport ${each.port} accept`,
  )
  const go = allowed.map((each) =>
    each.kind === 'served'
      ? `tcp sport ${each.port} accept`
      : `${familyOf(each.address)} daddr ${each.address} tcp dport ${each.port} accept`,
  )
  const neighbours =
    'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert } accept'
  return [
    `table inet ${table} {`,
    chain('input', ['iif "lo" accept', neighbours, 'udp sport 67 udp dport 68 accept', ...come]),
    chain('output', ['oif "lo" accept', neighbours, 'udp sport 68 udp dport 67 accept', ...go]),
    chain('forward', []),
    '}',
    '',
  ].join('\n')
}

function chain(hook: 'input' | 'output' | 'forward', rules: readonly string[]): string {
  const lines = [`type filter hook ${hook} priority -300; policy drop;`, ...rules]
  return [`  chain ${hook} {`, ...lines.map((line) => `    ${line}`), '  }'].join('\n')
}

function familyOf(address: string): 'ip' | 'ip6' {
  return address.includes(':') ? 'ip6' : 'ip'
}

function run(
  [program, ...first]: readonly [string, ...string[]],
  words: readonly string[],
  input: string,
): Promise<{ readonly code: number; readonly said: string }> {
  return new Promise((resolve) => {
    // Where system programs are, also for users whose PATH leaves them out.
    const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }
    const options = { timeout: 10_000, maxBuffer: 1024 * 1024, env }
    const child = execFile(program, [...first, ...words], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127
      resolve({ code, said: code === 127 ? (error?.message ?? '') : stdout + stderr })
    })
    // A program that is not there closes its input at once.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}
