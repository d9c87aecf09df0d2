import { hashOf, type JsonObject } from '#base'
import type { EventDocument } from '#event'
import type { RuleUuid } from '#rule'
import { ownerKey, type AlertOwner } from './alert-id.ts'
import type { AlertBody } from './alert-context.ts'
import { ancestryOf, type Ancestry } from './ancestors.ts'
import { sharedMembers } from './shared-members.ts'

/** The ids of a sequence's alerts: of the one that stands for it, and of each event's building block. */
export interface SequenceIds {
  readonly shell: string
  readonly blocks: readonly string[]
}

/**
 * The ids of the alerts that an owner makes of a sequence: the same events in the same order, the same ids.
 * Those of the building blocks depend on all events, so that an event of two sequences has two blocks.
 */
export function sequenceAlertIds(events: readonly EventDocument[], owner: AlertOwner): SequenceIds {
  const older = events.flatMap((event) => ancestryOf(event).ancestors.flatMap(idAndIndex))
  const blocks = events.map((_, at) => hashOf('block', ...older, ownerKey(owner), String(at)))
  const { ancestors } = shellAncestry(events, blocks, owner.ruleUuid)
  return { shell: hashOf('sequence', ...ancestors.flatMap(idAndIndex), ownerKey(owner)), blocks }
}

function idAndIndex({ id, index }: JsonObject): readonly string[] {
  return [String(id), String(index)]
}

/** The ancestry of the alert that stands for a sequence: of each event its own, and its building block. */
export function shellAncestry(
  events: readonly EventDocument[],
  blockIds: readonly string[],
  ruleUuid: RuleUuid,
): Ancestry {
  const parts = events.map(ancestryOf)
  return {
    ancestors: parts.flatMap(({ ancestors, depth }, at) => [
      ...ancestors,
      { rule: ruleUuid, id: blockIds[at] ?? '', type: 'signal', index: '', depth },
    ]),
    depth: 1 + Math.max(...parts.map(({ depth }) => depth)),
  }
}

/** What makes the alert on an event the building block of a sequence. */
export function blockMembers({ shell }: SequenceIds, at: number): JsonObject {
  return {
    'kibana.alert.building_block_type': 'default',
    'kibana.alert.group.id': shell,
    'kibana.alert.group.index': at,
  }
}

/** What the alert that stands for a sequence has of its building blocks: what they all say, but not that they are such. */
export function shellMembers(blocks: readonly AlertBody[]): JsonObject {
  const {
    'kibana.alert.building_block_type': _type,
    'kibana.alert.group.index': _index,
    ...alike
  } = sharedMembers(blocks)
  return alike
}

/** Whether an alert is the building block of a sequence, which another alert stands for. */
export function isSequenceBlock(alert: AlertBody): boolean {
  return alert['kibana.alert.group.index'] !== undefined
}
