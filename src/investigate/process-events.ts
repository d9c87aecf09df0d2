import { parseDate, type JsonObject } from '#base'
import { textOf, textsOf } from './text-of.ts'

/** Process events by the entity id of their process. */
export function byEntity(
  sources: readonly JsonObject[],
): ReadonlyMap<string, readonly JsonObject[]> {
  return Map.groupBy(sources, (source) => textOf(source, 'process.entity_id'))
}

/** Of the events of one process, oldest first, the one that says best what it is: its last start of a program. */
export function latestStart(events: readonly JsonObject[]): JsonObject {
  return events.findLast(isExec) ?? events[0] ?? {}
}

/** When the process of these events started, epoch milliseconds; undefined where none says. */
export function startedMsOf(events: readonly JsonObject[]): number | undefined {
  return (
    parseDate(textOf(latestStart(events), 'process.start')) ??
    parseDate(textOf(events[0] ?? {}, '@timestamp'))
  )
}

/** A program that a process ran, and from when. */
export interface RunProgram {
  readonly name: string
  /** Epoch milliseconds; undefined where the event has no time. */
  readonly atMs: number | undefined
}

/** The programs that a process ran, one after the other. */
export function programsOf(events: readonly JsonObject[]): readonly RunProgram[] {
  return events.filter(isExec).map((event) => ({
    name: textOf(event, 'process.name'),
    atMs: parseDate(textOf(event, '@timestamp')),
  }))
}

function isExec(event: JsonObject): boolean {
  return textOf(event, 'event.action') === 'exec'
}

/** Who a process is, from the members at a path of an event: `process`, `process.parent`. */
export function identityOf(document: JsonObject, path: string) {
  return {
    entityId: textOf(document, `${path}.entity_id`),
    pid: textOf(document, `${path}.pid`),
    name: textOf(document, `${path}.name`),
    executable: textOf(document, `${path}.executable`),
    args: textsOf(document, `${path}.args`),
  }
}
