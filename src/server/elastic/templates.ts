import { Fault, type JsonObject, type JsonValue } from '#base'
import { nameGlob } from '#event'
import type { Answer } from '../http/exchange.ts'

const kinds: readonly (readonly string[])[] = [
  ['_index_template'],
  ['_component_template'],
  ['_template'],
  ['_data_stream'],
  ['_ilm', 'policy'],
  ['_ingest', 'pipeline'],
]

/** The longest list of all kinds together; the oldest makes room for one more. */
const maxRemembered = 1_000

const withoutEffect =
  'it is remembered until the server stops and changes nothing: fields have the types of ECS, events are kept as they are sent, and retention is an option of the server'

/**
 * Templates, policies and pipelines that shippers install before they send. They change nothing here, which their
 * answers say in a `Warning` header; they are remembered until the server stops, so that the shipper finds them
 * again.
 */
export interface TemplateShelf {
  /** Whether a path is about one of them. */
  isAbout(segments: readonly string[]): boolean
  answer(method: string, segments: readonly string[], body: JsonValue | undefined): Answer
}

/** An empty {@link TemplateShelf}. */
export function templateShelf(): TemplateShelf {
  const bodiesByPath = new Map<string, JsonValue>()
  const namedAt = (kind: string, pattern: string): readonly (readonly [string, JsonValue])[] => {
    const tests = pattern.split(',').map(nameGlob)
    return [...bodiesByPath].flatMap(([path, body]) => {
      const name = path.slice(kind.length + 1)
      return path.startsWith(`${kind}/`) && tests.some((test) => test(name)) ? [[name, body]] : []
    })
  }
  return {
    isAbout: (segments) => kindOf(segments) !== undefined,
    answer(method, segments, body) {
      const kind = kindOf(segments) ?? ''
      const rest = segments.slice(kind.split('/').length)
      const [name, ...below] = rest
      if (below.length > 0 || name?.startsWith('_') === true) throw notDone(segments)
      if (method === 'PUT' || method === 'POST') {
        if (name === undefined) throw notDone(segments)
        const path = `${kind}/${name}`
        const [oldest] = bodiesByPath.keys()
        if (bodiesByPath.size >= maxRemembered && oldest !== undefined) bodiesByPath.delete(oldest)
        bodiesByPath.set(path, body ?? {})
        return {
          status: 200,
          body: { acknowledged: true },
          headers: warning(`[${path}]: ${withoutEffect}`),
        }
      }
      const found = namedAt(kind, name ?? '*')
      const isPattern = name === undefined || name.includes('*')
      if (found.length === 0 && !isPattern) throw notThere(`${kind}/${name}`)
      if (method === 'DELETE') {
        for (const [each] of found) bodiesByPath.delete(`${kind}/${each}`)
        return { status: 200, body: { acknowledged: true } }
      }
      return { status: 200, body: toldOf(kind, found) }
    },
  }
}

function kindOf(segments: readonly string[]): string | undefined {
  return kinds
    .find((kind) => kind.every((name, position) => segments[position] === name))
    ?.join('/')
}

function notThere(path: string): Fault {
  return new Fault('not-found', 'elastic.no-such-template', `[${path}] is not there`)
}

function notDone(segments: readonly string[]): Fault {
  return new Fault(
    'invalid',
    'elastic.template-without-effect',
    `[/${segments.join('/')}] is not answered: templates, policies and pipelines are only remembered here, and nothing is done by them`,
  )
}

/** A header that clients show to people. */
export function warning(text: string): { readonly warning: string } {
  const plain = text
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .replaceAll(/["\\]/g, "'")
    .slice(0, 500)
  return { warning: `299 Vedette "${plain}"` }
}

function toldOf(kind: string, found: readonly (readonly [string, JsonValue])[]): JsonObject {
  switch (kind) {
    case '_index_template':
      return { index_templates: found.map(([name, body]) => ({ name, index_template: body })) }
    case '_component_template':
      return {
        component_templates: found.map(([name, body]) => ({ name, component_template: body })),
      }
    case '_data_stream':
      return {
        data_streams: found.map(([name]) => ({
          name,
          timestamp_field: { name: '@timestamp' },
          indices: [{ index_name: name, index_uuid: name }],
          generation: 1,
          status: 'GREEN',
          template: name,
        })),
      }
    case '_ilm/policy':
      return Object.fromEntries(
        found.map(([name, body]) => [name, { version: 1, ...Object(body) }]),
      )
    default:
      return Object.fromEntries(found)
  }
}
