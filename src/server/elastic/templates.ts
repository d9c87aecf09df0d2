import { Fault, type JsonObject, type JsonValue } from '#base'
import type { Answer } from '../http/exchange.ts'

const kinds: readonly (readonly string[])[] = [
  ['_index_template'],
  ['_component_template'],
  ['_template'],
  ['_data_stream'],
  ['_ilm', 'policy'],
  ['_ingest', 'pipeline'],
]

const maxRemembered = 1_000

/**
 * Templates, policies and pipelines that shippers install before they send. They change nothing here;
 * they are remembered until the server stops, at most a thousand, so that the shipper finds them again.
 */
export interface TemplateShelf {
  /** Whether a path is about one of them. */
  isAbout(segments: readonly string[]): boolean
  answer(method: string, segments: readonly string[], body: JsonValue | undefined): Answer
}

/** An empty {@link TemplateShelf}. */
export function templateShelf(): TemplateShelf {
  const bodiesByPath = new Map<string, JsonValue>()
  return {
    isAbout: (segments) =>
      kinds.some((kind) => kind.every((name, position) => segments[position] === name)),
    answer(method, segments, body) {
      const path = segments.join('/')
      if (method === 'PUT' || method === 'POST') {
        if (bodiesByPath.size >= maxRemembered) bodiesByPath.clear()
        bodiesByPath.set(path, body ?? {})
        return { status: 200, body: { acknowledged: true } }
      }
      if (method === 'DELETE') {
        bodiesByPath.delete(path)
        return { status: 200, body: { acknowledged: true } }
      }
      const found = bodiesByPath.get(path)
      if (found === undefined) {
        throw new Fault('not-found', 'elastic.no-such-template', `[${path}] is not there`)
      }
      return { status: 200, body: foundAnswer(segments, found) }
    },
  }
}

function foundAnswer(segments: readonly string[], body: JsonValue): JsonObject {
  const name = segments.at(-1) ?? ''
  if (segments[0] !== '_index_template') return { [name]: body }
  return { index_templates: [{ name, index_template: body }] }
}
