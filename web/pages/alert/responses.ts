import type { JsonObject } from '#base'
import { valueOf } from './fields-of.ts'

/** A command that answers an alert. */
export interface Response {
  readonly title: string
  readonly command: string
  readonly effect: string
  /** How it is taken back; empty: it cannot be. */
  readonly undo: string
}

const reads = 'changes nothing'

/** The commands that an alert calls for, those that only look first. Ids that are no ids are not made a command of. */
export function responsesTo(
  document: JsonObject,
  containerId: string | undefined,
): readonly Response[] {
  const id = /^[0-9a-f]{12,64}$/.test(containerId ?? '') ? (containerId ?? '').slice(0, 12) : ''
  const pid = valueOf(document, 'process.pid')
  const parent = valueOf(document, 'process.parent.pid')
  return [
    ...(id === '' ? [] : containerResponses(id)),
    ...(isPid(parent) ? processResponses(parent, 'the parent') : []),
    ...(isPid(pid) ? processResponses(pid, 'the process') : []),
  ]
}

function containerResponses(id: string): readonly Response[] {
  return [
    {
      title: 'Inspect',
      command: `docker inspect ${id}`,
      effect: 'Everything the engine knows of it.',
      undo: reads,
    },
    {
      title: 'Logs',
      command: `docker logs --timestamps ${id}`,
      effect: 'What it wrote.',
      undo: reads,
    },
    {
      title: 'Changed files',
      command: `docker diff ${id}`,
      effect: 'What differs from its image.',
      undo: reads,
    },
    {
      title: 'Pause',
      command: `docker pause ${id}`,
      effect: 'Every process in it stands still, memory and files stay for the examination.',
      undo: `docker unpause ${id}`,
    },
    {
      title: 'Keep its files',
      command: `docker export --output evidence-${id}.tar ${id}`,
      effect: 'Its whole file system in one archive.',
      undo: reads,
    },
    {
      title: 'Stop',
      command: `docker stop ${id}`,
      effect: 'Its processes end; what they had in memory is lost, its files stay.',
      undo: '',
    },
  ]
}

function processResponses(pid: string, which: string): readonly Response[] {
  return [
    {
      title: `Stop ${which} for a look`,
      command: `kill -STOP ${pid}`,
      effect: 'It stands still until it is told to go on.',
      undo: `kill -CONT ${pid}`,
    },
    {
      title: `End ${which}`,
      command: `kill -KILL ${pid}`,
      effect: 'It ends at once. The number may be another process by now: look first.',
      undo: '',
    },
  ]
}

/** Not the first process of a host either: ending it ends the host. */
function isPid(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) > 1
}
