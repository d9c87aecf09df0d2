import { startDocker } from '../test/support/docker.ts'

const help = `Starts a private Docker Engine to try things on: its own data, socket and state in a temporary
folder, no bridge, no firewall rules, beside any other engine. Imports a busybox image, prints what to
set, and runs until Ctrl-C, which removes everything of it.

  node scripts/host-docker.ts

Needs root, and dockerd, containerd, runc, docker and busybox (Debian: docker.io docker-cli busybox-static).
On machines whose root lacks a capability that engines give (CAP_SYS_RESOURCE in some virtual machines)
privileged containers are created but the runtime may not start them; the arguments printed as
"startable" choose a runtime that leaves those capabilities out.`

if (process.argv.includes('--help')) {
  console.log(help)
} else {
  process.exitCode = await serve()
}

async function serve(): Promise<number> {
  const engine = await startDocker()
  if ('skip' in engine) {
    console.error(engine.skip)
    return 1
  }
  console.log(`export DOCKER_HOST=unix://${engine.socket}`)
  console.log(`image:     ${engine.image}`)
  console.log(`startable: ${engine.startable.join(' ') || '(nothing needed)'}`)
  console.log(`log:       ${engine.folder}/dockerd.log`)
  console.log('Ctrl-C stops it and removes everything.')
  const alive = setInterval(() => undefined, 60_000)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  clearInterval(alive)
  await engine.stop()
  return 0
}
