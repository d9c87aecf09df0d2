import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { networkFirewall } from '#host'
import { run } from '../support/docker.ts'

/** Isolation in network namespaces of their own: the firewall of this machine is not touched. */

async function obstacle(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'needs root, to make network namespaces'
  if ((await run('nft', ['--version'])).code !== 0) return 'needs nft (Debian: nftables)'
  const made = await run('unshare', ['--net', 'nft', 'list', 'tables'])
  return made.code === 0 ? undefined : `no network namespaces here: ${made.stderr.trim()}`
}

test('an isolated host answers at the allowed port alone, and at all again when it is released', async (context) => {
  const without = await obstacle()
  context.skip(without !== undefined, without)
  const [host, other] = [
    `v${randomBytes(3).toString('hex')}a`,
    `v${randomBytes(3).toString('hex')}b`,
  ]
  const inside = (space: string, ...words: readonly string[]) =>
    run('ip', ['netns', 'exec', space, ...words])
  const serve = `for (const port of [7070, 8080]) require('net').createServer((s) => s.end('yes')).listen(port)`
  const ask = (port: number) =>
    `const s = require('net').connect({ host: '10.9.8.1', port: ${port} }).setTimeout(1500); s.on('data', (d) => { process.stdout.write(String(d)); process.exit(0) }); s.on('timeout', () => process.exit(1)); s.on('error', () => process.exit(1))`
  const answers = async () =>
    Promise.all(
      [7070, 8080].map(async (port) => {
        const { stdout } = await inside(other, process.execPath, '-e', ask(port))
        return stdout === 'yes'
      }),
    )
  try {
    for (const space of [host, other]) await run('ip', ['netns', 'add', space])
    await run('ip', [
      'link',
      'add',
      host,
      'netns',
      host,
      'type',
      'veth',
      'peer',
      'name',
      other,
      'netns',
      other,
    ])
    for (const [space, address] of [
      [host, '10.9.8.1/24'],
      [other, '10.9.8.2/24'],
    ] as const) {
      await inside(space, 'ip', 'address', 'add', address, 'dev', space)
      await inside(space, 'ip', 'link', 'set', space, 'up')
    }
    void inside(host, 'timeout', '60', process.execPath, '-e', serve)
    await expect.poll(answers, { timeout: 20_000 }).toEqual([true, true])

    const firewall = networkFirewall({
      allowed: () => [{ kind: 'served', port: 7070 }],
      nft: ['ip', 'netns', 'exec', host, 'nft'],
    })
    expect(await firewall.isIsolated()).toBe(false)
    await firewall.isolate()
    expect(await firewall.isIsolated()).toBe(true)
    expect(await answers()).toEqual([true, false])
    await firewall.release()
    expect(await firewall.isIsolated()).toBe(false)
    expect(await answers()).toEqual([true, true])
  } finally {
    for (const space of [host, other]) {
      const { stdout } = await run('ip', ['netns', 'pids', space])
      for (const pid of stdout.split('\n').filter(Boolean)) process.kill(Number(pid))
      await run('ip', ['netns', 'delete', space])
    }
  }
})
