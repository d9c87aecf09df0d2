import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream, existsSync, readFileSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a docker command ended with. */
export interface DockerOutcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A real Docker Engine of our own, apart from any other on the machine. */
export interface PrivateDocker {
  /** Path of its unix socket. */
  readonly socket: string
  /** Its folder: data, logs, client configuration. */
  readonly folder: string
  /** An image with busybox in it. */
  readonly image: string
  /**
   * Further arguments of `run` and `create` with which privileged containers can also start here. Empty on
   * an ordinary host. Where this process itself lacks capabilities that the engine gives (CAP_SYS_RESOURCE
   * in some virtual machines), a privileged container is created, and its OCI file written, but the runtime
   * may not start it; these arguments choose a runtime that leaves those capabilities out.
   */
  readonly startable: readonly string[]
  /** Runs the docker client against it; never rejects. */
  docker(...args: readonly string[]): Promise<DockerOutcome>
  /** Starts it again after {@link halt}, on the same data. */
  start(): Promise<void>
  /** Ends the daemon, and with it its containers; its data stays. */
  halt(): Promise<void>
  /** Ends the daemon and removes everything of it. */
  stop(): Promise<void>
}

const image = 'vedette/busybox:test'
const applets = ['sh', 'true', 'sleep', 'cat', 'echo', 'ls', 'id']

/** Starts a private Docker Engine, or says why none can be started here. */
export async function startDocker(): Promise<PrivateDocker | { readonly skip: string }> {
  const obstacle = dockerObstacle()
  if (obstacle !== undefined) return { skip: obstacle }
  const folder = await mkdtemp(join(tmpdir(), 'vedette-docker-'))
  const socket = join(folder, 'docker.sock')
  const lacking = lackingCapabilities()
  const runtime = lacking.length === 0 ? undefined : await writeRuntime(folder, lacking)
  let daemon: Daemon | undefined
  const engine: PrivateDocker = {
    socket,
    folder,
    image,
    startable: runtime === undefined ? [] : ['--runtime', 'lesser'],
    docker: (...args) => runDocker(folder, socket, args),
    async start() {
      daemon ??= await startDaemon(folder, socket, runtime)
    },
    async halt() {
      await daemon?.end()
      daemon = undefined
    },
    async stop() {
      const left = await engine.docker('ps', '--all', '--quiet')
      const ids = left.stdout.split('\n').filter(Boolean)
      if (ids.length > 0) await engine.docker('rm', '--force', ...ids)
      await engine.halt()
      // The engine mounts its data and the network of the host, and leaves both behind.
      for (const mounted of ['data', 'exec/netns/default']) {
        await run('umount', ['--lazy', join(folder, mounted)])
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    await engine.start()
    await importBusybox(folder, engine)
    return engine
  } catch (thrown) {
    await engine.stop()
    return { skip: `dockerd does not run here: ${String(thrown)}` }
  }
}

/** Why no Docker Engine can be started here, undefined where one can. */
export function dockerObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux'
  if (process.getuid?.() !== 0) return 'needs root, to start a Docker Engine'
  const missing = ['dockerd', 'docker', 'containerd', 'runc', 'busybox'].filter(
    (name) => pathOf(name) === undefined,
  )
  if (missing.length === 0) return undefined
  return `needs ${missing.join(', ')} (Debian: apt-get install docker.io docker-cli busybox-static)`
}

/** The absolute path of a program, searched as a shell does and in the places of system programs. */
function pathOf(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/bin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

interface Daemon {
  end(): Promise<void>
}

async function startDaemon(
  folder: string,
  socket: string,
  runtime: string | undefined,
): Promise<Daemon> {
  const log = createWriteStream(join(folder, 'dockerd.log'), { flags: 'a' })
  const runtimes = runtime === undefined ? [] : ['--add-runtime', `lesser=${runtime}`]
  const child = spawn(pathOf('dockerd') ?? 'dockerd', [
    `--data-root=${join(folder, 'data')}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--pidfile=${join(folder, 'dockerd.pid')}`,
    `--host=unix://${socket}`,
    // Nothing of the machine's network is touched.
    '--bridge=none',
    '--iptables=false',
    '--ip6tables=false',
    '--ip-forward=false',
    '--ip-masq=false',
    ...runtimes,
  ])
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  for (let waitedMs = 0; waitedMs < 30_000; waitedMs += 100) {
    if (child.exitCode !== null || child.pid === undefined) break
    const answer = await runDocker(folder, socket, ['version'])
    if (answer.code === 0) return { end: () => endDaemon(child, gone) }
    await sleep(100)
  }
  await endDaemon(child, gone)
  const said = readFileSync(join(folder, 'dockerd.log'), 'utf8').trim().split('\n')
  throw new Error(said.slice(-3).join(' | '))
}

async function endDaemon(child: ChildProcess, gone: Promise<void>): Promise<void> {
  child.kill('SIGTERM')
  // Containers are given ten seconds by the engine before it ends them.
  const late = new AbortController()
  void sleep(25_000, undefined, { signal: late.signal })
    .then(() => child.kill('SIGKILL'))
    .catch(() => undefined)
  await gone
  late.abort()
}

async function importBusybox(folder: string, { docker }: PrivateDocker): Promise<void> {
  const root = join(folder, 'root')
  await mkdir(join(root, 'bin'), { recursive: true })
  await copyFile(pathOf('busybox') ?? '/bin/busybox', join(root, 'bin/busybox'))
  for (const applet of applets) await symlink('busybox', join(root, 'bin', applet))
  const archive = join(folder, 'root.tar')
  const packed = await run('tar', ['-C', root, '-cf', archive, '.'])
  if (packed.code !== 0) throw new Error(`tar: ${packed.stderr}`)
  const imported = await docker('import', archive, image)
  if (imported.code !== 0) throw new Error(`docker import: ${imported.stderr}`)
}

// Every engine of the last ten years gives a privileged container at least the first 38 capabilities.
const capabilityNames =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ'.split(
    ' ',
  )

/** Capabilities that engines give but this process cannot pass on. */
function lackingCapabilities(): readonly string[] {
  const hex = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  const mask = BigInt(`0x${hex ?? 'ffffffffffffffff'}`)
  return capabilityNames
    .filter((_, bit) => ((mask >> BigInt(bit)) & 1n) === 0n)
    .map((name) => `CAP_${name}`)
}

/** A runtime that takes capabilities out of what it is told and hands over to runc. */
async function writeRuntime(folder: string, lacking: readonly string[]): Promise<string> {
  const path = join(folder, 'lesser-runtime.sh')
  const takeOut = `s/"(${lacking.join('|')})",?//g; s/,\\]/]/g`
  const script = `#!/bin/sh
before=
for word in "$@"; do
  case "$before" in
    --bundle) sed -E -i '${takeOut}' "$word/config.json" ;;
    --process) sed -E -i '${takeOut}' "$word" ;;
  esac
  before=$word
done
exec ${pathOf('runc') ?? 'runc'} "$@"
`
  await writeFile(path, script)
  await chmod(path, 0o755)
  return path
}

function runDocker(
  folder: string,
  socket: string,
  args: readonly string[],
): Promise<DockerOutcome> {
  const env = { DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: join(folder, 'client') }
  return run(pathOf('docker') ?? 'docker', args, env)
}

/** Runs a program to its end; a program that could not be started has code 127. */
export function run(
  program: string,
  args: readonly string[],
  env: { readonly [name: string]: string } = {},
): Promise<DockerOutcome> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 16 * 1024 * 1024 }
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127
      resolve({ code, stdout, stderr })
    })
  })
}
