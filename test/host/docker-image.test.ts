import { execFileSync } from 'node:child_process'
import { chownSync, existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { dockerObstacle, run, startDocker, type PrivateDocker } from '../support/docker.ts'

const repository = fileURLToPath(new URL('../../', import.meta.url))
const node = join(repository, 'node_modules/node/bin/node')
const user = 10_170

const without = dockerObstacle()
let engine: PrivateDocker | undefined
let folder = ''
beforeAll(async () => {
  if (without !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'vedette-image-'))
  const started = await startDocker()
  if ('skip' in started) throw new Error(started.skip)
  engine = started
})
afterAll(async () => {
  await engine?.stop()
  if (folder !== '') await rm(folder, { recursive: true, force: true })
})

/** An image of this host's own loader and libraries: base images are elsewhere, and nothing else of one is used. */
async function importImage(
  { docker }: PrivateDocker,
  name: string,
  more: (root: string) => Promise<void>,
): Promise<void> {
  const root = join(folder, name)
  const told = execFileSync('ldd', [node], { encoding: 'utf8' })
  for (const [, path = ''] of told.matchAll(/(\/[^\s:]+) \(0x/g)) {
    await mkdir(join(root, dirname(path)), { recursive: true })
    await cp(path, join(root, path), { dereference: true })
  }
  await mkdir(join(root, 'bin'), { recursive: true })
  await cp('/usr/bin/busybox', join(root, 'bin/busybox'))
  await cp('/usr/bin/busybox', join(root, 'bin/sh'))
  await mkdir(join(root, 'tmp'), { mode: 0o1777 })
  await more(root)
  const archive = join(folder, `${name}.tar`)
  await run('tar', ['-C', root, '-cf', archive, '.'])
  const imported = await docker('import', archive, `vedette/${name}:test`)
  if (imported.code !== 0) throw new Error(imported.stderr)
}

/** What `npm ci` would bring for the product, brought along: there is no network in a build here. */
async function withDependencies(root: string): Promise<void> {
  const { packages }: { readonly packages: Readonly<Record<string, { readonly dev?: boolean }>> } =
    JSON.parse(await readFile(join(repository, 'package-lock.json'), 'utf8'))
  for (const [path, { dev = false }] of Object.entries(packages)) {
    const from = join(repository, path)
    if (path === '' || dev || !existsSync(from)) continue
    await cp(from, join(root, 'opt/vedette', path), { recursive: true })
  }
  await writeFile(join(root, 'bin/npm'), '#!/bin/sh\nbusybox mkdir -p web/dist\n')
  await chmod(join(root, 'bin/npm'), 0o755)
}

test(
  'the image is built, and serves as nobody, with no capability and nothing but its data writable',
  { timeout: 300_000 },
  async (context) => {
    if (engine === undefined) return context.skip(without ?? 'no Docker Engine')
    const { docker } = engine
    await importImage(engine, 'base', async () => undefined)
    await importImage(engine, 'build', withDependencies)
    const images = '--build-arg BASE=vedette/base:test --build-arg BUILD=vedette/build:test'
    const file = join(repository, 'examples/docker/Dockerfile')
    const built = await docker(
      ...`build --network=none ${images} -t vedette:test -f`.split(' '),
      file,
      repository,
    )
    if (/operation not permitted|cannot set|seccomp/i.test(built.stderr)) {
      return context.skip(`containers of a build do not run here: ${built.stderr.slice(-300)}`)
    }
    expect([built.code, built.stderr.slice(-2_000)]).toEqual([0, expect.any(String)])

    const data = join(folder, 'data')
    await mkdir(data, { mode: 0o700 })
    chownSync(data, user, user)
    const closed = '--read-only --tmpfs=/tmp --cap-drop=ALL --security-opt=no-new-privileges'
    const started = await docker(
      ...`run --detach --name vedette --network=host ${closed} -v`.split(' '),
      `${data}:/var/lib/vedette`,
      ...'vedette:test serve --no-sensor --port 0'.split(' '),
    )
    expect([started.code, started.stderr]).toEqual([0, ''])
    const { url, token } = await readyIn(data, () => docker('logs', 'vedette'))
    const answer = await fetch(`${url}/_bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body: '{"create":{"_index":"app"}}\n{"message":"from outside"}\n',
    })
    expect(await answer.json()).toMatchObject({ errors: false })

    const { stdout: pid } = await docker('inspect', '--format', '{{.State.Pid}}', 'vedette')
    const status = await readFile(`/proc/${pid.trim()}/status`, 'utf8')
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe(String(user))
    expect(/^CapEff:\s+(\w+)/m.exec(status)?.[1]).toMatch(/^0+$/)
    expect(/^NoNewPrivs:\s+(\d)/m.exec(status)?.[1]).toBe('1')

    await docker('stop', '--time', '60', 'vedette')
    const { stdout: code } = await docker('inspect', '--format', '{{.State.ExitCode}}', 'vedette')
    expect(code.trim()).toBe('0')
  },
)

async function readyIn(
  data: string,
  logs: () => Promise<{ readonly stdout: string; readonly stderr: string }>,
): Promise<{ readonly url: string; readonly token: string }> {
  for (let waitedMs = 0; waitedMs < 120_000; waitedMs += 200) {
    const text = await readFile(join(data, 'server.json'), 'utf8').catch(() => '')
    if (text.endsWith('\n')) {
      const { url }: { readonly url: string } = JSON.parse(text)
      return { url, token: (await readFile(join(data, 'token'), 'utf8')).trim() }
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const { stdout, stderr } = await logs()
  throw new Error(`the container did not begin to serve: ${stdout}${stderr}`)
}

test('the compose file gives the server nothing, and the sensor the capabilities of the systemd unit', async () => {
  const compose = parse(await readFile(join(repository, 'examples/docker/compose.yaml'), 'utf8'), {
    merge: true,
  })
  const { server, host } = compose.services
  for (const each of [server, host]) {
    expect(each).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
    expect(each.security_opt).toContain('no-new-privileges:true')
    expect(each.privileged).toBeUndefined()
    expect(JSON.stringify(each.volumes)).not.toContain('docker.sock')
  }
  expect(server.cap_add).toBeUndefined()
  expect(server.ports).toEqual(['127.0.0.1:7070:7070'])
  const unit = await readFile(join(repository, 'examples/systemd/vedette.service'), 'utf8')
  const given = /^CapabilityBoundingSet=(.*)$/m.exec(unit)?.[1]?.split(' ') ?? []
  const allowed = host.cap_add.map((name: string) => `CAP_${name}`)
  expect(given.filter((name) => !allowed.includes(name))).toEqual([])
})
