/** Whether a concrete index name is meant by a list of patterns. */
export type IndexFilter = (index: string) => boolean

/**
 * Compiles index patterns as Elasticsearch reads them: comma lists, `*` wildcards, `-` exclusions that
 * apply to what stands before them. A data stream's backing index (`.ds-<stream>-<date>-<n>`) is met by
 * patterns for the stream. An empty list means nothing.
 */
export function compileIndexPatterns(patterns: readonly string[]): IndexFilter {
  const parts = patterns
    .flatMap((pattern) => pattern.split(','))
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part, position) => {
      const excluded = position > 0 && part.startsWith('-')
      return { excluded, matches: globOf(excluded ? part.slice(1) : part) }
    })
  return (index) => {
    const stream = streamOf(index)
    let included = false
    for (const part of parts) {
      if (part.excluded === !included) continue
      if (part.matches(index) || (stream !== index && part.matches(stream))) {
        included = !part.excluded
      }
    }
    return included
  }
}

function globOf(pattern: string): (text: string) => boolean {
  if (!pattern.includes('*')) return (text) => text === pattern
  if (pattern === '*' || pattern === '_all') return (text) => !text.startsWith('.')
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop() ?? ''
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false
    let at = first.length
    const limit = text.length - last.length
    for (const piece of rest) {
      const found = text.indexOf(piece, at)
      if (found < 0 || found + piece.length > limit) return false
      at = found + piece.length
    }
    return at <= limit
  }
}

function streamOf(index: string): string {
  const match = /^\.ds-(.+)-\d{4}\.\d{2}\.\d{2}-\d{6}$/.exec(index)
  return match?.[1] ?? index
}

/** Why a text cannot be the name of an index or data stream; undefined where it can. */
export function indexNameProblem(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'an index needs a name'
  if (new TextEncoder().encode(name).length > 255) return 'an index name is at most 255 bytes long'
  if (/^[-_+]/.test(name)) return `index name [${name}] must not start with "-", "_" or "+"`
  const bad = /[\\/*?"<>| ,#:\u0000-\u001f]/.exec(name)
  if (bad !== null) return `index name [${name}] must not contain ${JSON.stringify(bad[0])}`
  if (name !== name.toLowerCase()) return `index name [${name}] must be lower case`
  return undefined
}

/** The parts of a data stream name `<type>-<dataset>-<namespace>`; undefined for other names. */
export function parseDataStreamName(
  name: string,
): { readonly type: string; readonly dataset: string; readonly namespace: string } | undefined {
  const match = /^(logs|metrics|traces|synthetics|profiling)-([^-]+)-(.+)$/.exec(streamOf(name))
  if (match === null) return undefined
  const [, type = '', dataset = '', namespace = ''] = match
  return { type, dataset, namespace }
}
