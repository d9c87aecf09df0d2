import type { JsonObject, JsonValue } from '#base'

/** Values by their dotted names; those that are undefined, empty texts and empty lists are left out. */
export type EcsFields = { readonly [name: string]: JsonValue | undefined }

interface Tree {
  [key: string]: JsonValue | Tree
}

/** The document that has these fields, nested. */
export function ecsDocument(fields: EcsFields): JsonObject {
  const document: Tree = Object.create(null)
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === '') continue
    if (Array.isArray(value) && value.length === 0) continue
    const keys = name.split('.')
    const last = keys.pop() ?? name
    let at = document
    for (const key of keys) at = subtree(at, key)
    at[last] = value
  }
  return JSON.parse(JSON.stringify(document))
}

function subtree(tree: Tree, key: string): Tree {
  const found = tree[key]
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as Tree
  const fresh: Tree = Object.create(null)
  tree[key] = fresh
  return fresh
}

/** What every document says of the data stream that it belongs to. */
export function streamFields(dataset: string): EcsFields {
  return {
    'data_stream.type': 'logs',
    'data_stream.dataset': dataset,
    'data_stream.namespace': 'default',
    'ecs.version': '8.17.0',
    'event.dataset': dataset,
    'event.module': dataset.slice(0, dataset.indexOf('.')),
  }
}

/** The data stream of a dataset. */
export function streamOf(dataset: string): string {
  return `logs-${dataset}-default`
}

/** The last part of a path; undefined for what ends in a slash and for nothing. */
export function baseName(path: string | undefined): string | undefined {
  const name = path?.slice(path.lastIndexOf('/') + 1)
  return name === '' ? undefined : name
}

/** A number where a text is one, in digits. */
export function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** An address of IPv4 or IPv6; undefined for anything else: fields of type ip must hold nothing else. */
export function addressIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (/^(\d{1,3}\.){3}\d{1,3}$/.test(text)) {
    return text.split('.').every((part) => Number(part) <= 255) ? text : undefined
  }
  return /^[\da-f:]*:[\da-f:.]*$/i.test(text) && text.length >= 2 && text.length <= 45
    ? text
    : undefined
}
