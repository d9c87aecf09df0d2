import {
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
} from 'yaml'
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
  const map = sourceMap()
  const locate = ruleLocator({ origin: path, lineStarts, map, toTextPath: (at) => at })
  const refuse = (message: string, start: number, code = 'rule.yaml-syntax'): FileDiagnostic => ({
    code,
    severity: 'error',
    message,
    origin: path,
    span: { start, end: start },
    ...positionIn(lineStarts, start),
  })
  const document = parseDocument(text, { lineCounter: new LineCounter(), prettyErrors: false })
  if (document.errors.length > 0) {
    const diagnostics = document.errors.map((error) =>
      refuse(`the file is not YAML: ${error.message}`, error.pos[0]),
    )
    return { value: undefined, locate, diagnostics }
  }
  const value = valueOf(document)
  if (!value.ok) return { value: undefined, locate, diagnostics: [refuse(value.why, 0)] }
  if (!isJsonObject(value.json)) {
    const message = 'the file must be a mapping of names to values'
    return { value: undefined, locate, diagnostics: [refuse(message, 0, 'rule.wrong-type')] }
  }
  place(document.contents, [], map, undefined)
  return { value: value.json, locate, diagnostics: [] }
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
