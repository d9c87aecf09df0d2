import { createHash } from 'node:crypto'
import type { JsonObject } from '#base'
import type { AlertContainer, Evidence } from '#investigate'

/** What an engine would have said of the container of an alert of the sample world. */
export function evidenceOf(alertId: string, container: AlertContainer, atMs: number): Evidence {
  const { id, how, confidence } = container
  const facts: JsonObject = {
    id,
    name: 'quiet_kepler',
    image: 'alpine:3.20',
    state: 'running',
    pid: 21_417,
    started_at: new Date(atMs - 3_000).toISOString(),
    command: ['chroot', '/host', 'sh'],
    privileged: true,
    namespaces: ['pid'],
    mounts: ['/ on /host rw'],
    seccomp: 'unconfined',
    engine: 'Docker Engine 27.3.1',
  }
  return {
    alert_id: alertId,
    container_id: id,
    how,
    confidence,
    at_ms: atMs,
    facts,
    parts: [
      part('inspect', atMs, JSON.stringify({ Id: id, Config: { Image: 'alpine:3.20' } }, null, 2)),
      part('top', atMs, JSON.stringify({ Titles: ['PID', 'CMD'], Processes: [['21417', 'sh']] })),
      part('logs', atMs, '/ # id\nuid=0(root) gid=0(root)\n/ # cat /etc/hostname\nedge-node-07\n'),
      part('changes', atMs, '[]'),
      part('engine', atMs, JSON.stringify({ Version: '27.3.1', ApiVersion: '1.47' })),
    ],
  }
}

function part(name: string, atMs: number, text: string): Evidence['parts'][number] {
  const sha256 = createHash('sha256').update(text).digest('hex')
  return { name, at_ms: atMs, text, sha256, is_cut: false, error: '' }
}
