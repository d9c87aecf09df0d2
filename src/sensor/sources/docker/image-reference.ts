/** An image as it was asked for, taken apart. */
export interface ImageReference {
  readonly name: string | undefined
  readonly tags: readonly string[]
  /** `sha256:…`, where the reference holds one. */
  readonly digests: readonly string[]
}

/**
 * Takes `registry:5000/team/web:1.25@sha256:…` apart. A name without tag or digest means the tag `latest`,
 * as it does for every engine. A bare digest or image id has no name.
 */
export function parseImageReference(reference: string): ImageReference {
  if (/^(?:sha256:)?[0-9a-f]{64}$/.test(reference)) {
    return { name: undefined, tags: [], digests: [`sha256:${reference.slice(-64)}`] }
  }
  const [named = '', digest] = reference.split('@', 2)
  const digests = digest === undefined ? [] : [digest]
  if (named === '') return { name: undefined, tags: [], digests }
  const tagAt = named.indexOf(':', named.lastIndexOf('/') + 1)
  if (tagAt >= 0) {
    return { name: named.slice(0, tagAt) || undefined, tags: [named.slice(tagAt + 1)], digests }
  }
  return { name: named, tags: digest === undefined ? ['latest'] : [], digests }
}
