import { isCollection, isMap, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml'
import { isJsonObject, messageOf, type JsonObject, type JsonValue, type Span } from '#base'
import type { FileDiagnostic, MemberPath, RuleLocator } from '../wire/member-path.ts'
import { isTooDeep, maxDepth } from './json-limits.ts'
import { positionIn, ruleLocator, sourceMap, startsOfLines, type SourceMap } from './source-map.ts'

/** What a YAML text says, and where; no value when it is not YAML or not a mapping. */
export interface YamlReading {
  readonly value: JsonObject | undefined
  readonly locate: RuleLocator
  readonly diagnostics: readonly FileDiagnostic[]
}

/** Reads a YAML text that is one mapping. Never throws for what the text says. */
export function readYaml(text: string, { path }: { readonly path: string }): YamlReading {
  const lineStarts = startsOfLines(text)
  const parsed = parsedYaml(text)
  const locate = ruleLocator({
    origin: path,
    lineStarts,
    map: () => yamlSourceMap(parsed.ok ? parsed.document : undefined),
    toTextPaths: (at) => [at],
  })
  const refuse = (message: string, start: number, code = 'rule.yaml-syntax'): FileDiagnostic => ({
    code,
    severity: 'error',
    message,
    origin: path,
    span: { start, end: start },
    ...positionIn(lineStarts, start),
  })
  const nothing = (diagnostics: readonly FileDiagnostic[]): YamlReading => {
    return { value: undefined, locate, diagnostics }
  }
  if (!parsed.ok) return nothing([refuse(`the file cannot be read: ${parsed.why}`, 0)])
  const { errors } = parsed.document
  if (errors.length > 0) {
    return nothing(
      errors.map(({ message, pos }) => refuse(`the file is not YAML: ${message}`, pos[0])),
    )
  }
  const value = valueOf(parsed.document)
  if (!value.ok) return nothing([refuse(value.why, 0)])
  if (isJsonObject(value.json)) return { value: value.json, locate, diagnostics: [] }
  return nothing([refuse('the file must be a mapping of names to values', 0, 'rule.wrong-type')])
}

type Parsed =
  | { readonly ok: true; readonly document: Document.Parsed }
  | { readonly ok: false; readonly why: string }

function parsedYaml(text: string): Parsed {
  try {
    return { ok: true, document: parseDocument(text, { prettyErrors: false }) }
  } catch (thrown) {
    // The parser follows nesting by recursion and gives up somewhere beyond a thousand levels.
    return { ok: false, why: messageOf(thrown) }
  }
}

type Value =
  { readonly ok: true; readonly json: JsonValue } | { readonly ok: false; readonly why: string }

function valueOf(document: Document.Parsed): Value {
  try {
    // Through JSON, so that nothing but JSON values comes out (NaN, infinities and undefined become null).
    const json = JSON.parse(
      JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null),
    ) as JsonValue
    if (!isTooDeep(json)) return { ok: true, json }
    return { ok: false, why: `the file nests deeper than ${maxDepth} levels` }
  } catch (thrown) {
    return { ok: false, why: `the file cannot be read: ${messageOf(thrown)}` }
  }
}

function yamlSourceMap(document: Document.Parsed | undefined): SourceMap {
  const map = sourceMap()
  place(document?.contents, [], map, undefined)
  return map
}

function place(node: unknown, path: MemberPath, map: SourceMap, key: Span | undefined): void {
  if (!isCollection(node) && !isScalar(node)) return
  const value = spanOf(node)
  map.set(path, { key: key ?? value, value })
  if (isSeq(node)) node.items.forEach((item, i) => place(item, [...path, i], map, undefined))
  if (!isMap(node)) return
  for (const pair of node.items) {
    if (isScalar(pair.key)) {
      place(pair.value, [...path, String(pair.key.value)], map, spanOf(pair.key))
    }
  }
}

function spanOf(node: Pick<Node, 'range'>): Span {
  const [start = 0, end = start] = node.range ?? []
  return { start, end }
}
