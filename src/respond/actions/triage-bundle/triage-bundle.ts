import { textPart, said, type Action, type OutputPart } from '../../action.ts'
import { processList } from '../process-list/process-list.ts'

/** Files of the host that say what runs on it, in the order of the output. */
const notes: readonly (readonly [name: string, path: string])[] = [
  ['kernel', '/proc/version'],
  ['uptime', '/proc/uptime'],
  ['kernel-command-line', '/proc/cmdline'],
  ['modules', '/proc/modules'],
  ['mounts', '/proc/self/mountinfo'],
  ['connections-tcp', '/proc/net/tcp'],
  ['connections-tcp6', '/proc/net/tcp6'],
  ['connections-udp', '/proc/net/udp'],
  ['sockets-unix', '/proc/net/unix'],
  ['addresses', '/proc/net/fib_trie'],
  ['routes', '/proc/net/route'],
  ['accounts', '/etc/passwd'],
  ['groups', '/etc/group'],
  ['preload', '/etc/ld.so.preload'],
  ['crontab', '/etc/crontab'],
  ['names', '/etc/hosts'],
  ['resolver', '/etc/resolv.conf'],
]

const bytesOfNote = 128 * 1024

/** What an examination begins with, gathered at once. */
export const triageBundle: Action = {
  id: 'triage-bundle',
  title: 'Gather a triage bundle',
  on: 'host',
  need: 'nothing',
  permission: 'respond',
  changesNothing: true,
  parameters: {},
  effect:
    'Processes, connections, mounts, modules, accounts and containers of the host, each with its hash; what cannot be read is named.',
  undo: '',
  timeoutMs: 60_000,
  target: () => 'the host',
  preview: async () => said(`${notes.length + 2} parts would be gathered`),
  async run(values, context) {
    const { host } = context
    const parts: OutputPart[] = [...(await processList.run(values, context)).parts]
    const missing: string[] = []
    for (const [name, path] of notes) {
      context.signal.throwIfAborted()
      const note = await host.files.note(path, bytesOfNote)
      if (note === undefined) missing.push(path)
      else parts.push(textPart(name, note.text, note.isCut))
    }
    const containers = await host.containers()
    parts.push(textPart('containers', JSON.stringify(containers, undefined, 2)))
    if (missing.length > 0) parts.push(textPart('not-read', missing.join('\n')))
    return { summary: `${parts.length} parts of ${host.name}`, parts }
  },
}
