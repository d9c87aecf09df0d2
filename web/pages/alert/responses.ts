import type { JsonObject } from '#base'
import { valueOf } from './fields-of.ts'

/** Something that answers an alert: an action with its parameters, and the command that does the same by hand. */
export interface Response {
  /** Id of the action. */
  readonly action: string
  readonly parameters: JsonObject
  /** What it is done to, where the action's title does not say: `the parent`. */
  readonly of: string
  /** The key that gives it while the sheet is open; empty: none. */
  readonly key: string
  /** To be given on the host by hand; empty: there is none. */
  readonly command: string
}

/** What an alert calls for, that which only looks first. Ids that are no ids are not made a command of. */
export function responsesTo(
  document: JsonObject,
  containerId: string | undefined,
): readonly Response[] {
  const id = /^[0-9a-f]{12,64}$/.test(containerId ?? '') ? (containerId ?? '') : ''
  return [
    ...(id === '' ? [] : containerResponses(id)),
    ...processResponses(document, 'process', ''),
    ...processResponses(document, 'process.parent', 'the parent'),
  ]
}

const containerActions: readonly (readonly [action: string, key: string, command: string])[] = [
  ['container-inspect', 'i', 'docker inspect'],
  ['container-top', 't', 'docker top'],
  ['container-logs', 'l', 'docker logs --timestamps'],
  ['container-diff', 'd', 'docker diff'],
  ['container-update-plan', 'u', ''],
  ['container-pause', 'p', 'docker pause'],
  ['container-unpause', 'g', 'docker unpause'],
  ['container-commit', 'c', 'docker commit'],
  ['container-network-disconnect', 'n', ''],
  ['container-stop', 's', 'docker stop'],
  ['container-kill', 'k', 'docker kill'],
]

function containerResponses(id: string): readonly Response[] {
  return containerActions.map(([action, key, command]) => ({
    action,
    key,
    of: '',
    parameters: { container: id },
    command: command === '' ? '' : `${command} ${id.slice(0, 12)}`,
  }))
}

const processActions: readonly (readonly [action: string, key: string, command: string])[] = [
  ['process-suspend', 'h', 'kill -STOP'],
  ['process-kill', 'e', 'kill -KILL'],
  ['process-kill-tree', 'x', ''],
]

function processResponses(
  document: JsonObject,
  at: 'process' | 'process.parent',
  of: string,
): readonly Response[] {
  const pid = valueOf(document, `${at}.pid`)
  const entityId = valueOf(document, `${at}.entity_id`)
  if (!isPid(pid)) return []
  return processActions.map(([action, key, command]) => ({
    action,
    key: of === '' ? key : '',
    of,
    parameters: { pid: Number(pid), entity_id: entityId },
    command: command === '' ? '' : `${command} ${pid}`,
  }))
}

/** Not the first process of a host either: ending it ends the host. */
function isPid(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) > 1
}
