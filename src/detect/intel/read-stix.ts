import { isJsonObject, parseDate, type JsonObject, type JsonValue } from '#base'
import {
  confidenceOf,
  type AboutIndicator,
  type Indicator,
  type IntelProblem,
  type IntelReading,
} from './indicator.ts'
import { indicatorValueOf } from './indicator-value.ts'
import { mergeMembers } from './merge-members.ts'
import { parseStixPattern, type StixComparison } from './stix-pattern.ts'

/** The indicators of a STIX 2.1 bundle (or of a list of its objects); other objects only lend names and markings. */
export function readStix(bundle: JsonValue, { nowMs }: { readonly nowMs: number }): IntelReading {
  const objects = objectsOf(bundle)
  const byId = new Map(objects.map((object) => [textOf(object['id']), object]))
  const indicators: Indicator[] = []
  const problems: IntelProblem[] = []
  let outdated = 0
  for (const object of objects) {
    if (object['type'] !== 'indicator') continue
    const place = textOf(object['id']) || 'an indicator without id'
    const about = aboutOf(object, byId)
    if (object['revoked'] === true || (about.validUntilMs ?? Infinity) <= nowMs) {
      outdated++
      continue
    }
    const type = textOf(object['pattern_type']) || 'stix'
    if (type !== 'stix') {
      problems.push({
        kind: 'unsupported',
        place,
        message: `patterns in ${type} are not supported`,
      })
      continue
    }
    const pattern = parseStixPattern(textOf(object['pattern']))
    if (!pattern.ok) {
      problems.push({ kind: 'unsupported', place, message: pattern.error })
      continue
    }
    for (const comparisons of pattern.value) {
      const indicator = indicatorOf(comparisons, about)
      if (typeof indicator !== 'string') indicators.push(indicator)
      else problems.push({ kind: 'unsupported', place, message: indicator })
    }
  }
  return { format: 'stix', indicators, problems, outdated }
}

function objectsOf(bundle: JsonValue): readonly JsonObject[] {
  const objects = isJsonObject(bundle) ? bundle['objects'] : bundle
  return Array.isArray(objects) ? objects.filter(isJsonObject) : []
}

/** What each path compares, by the kinds of values that lists have. */
const kindsByPath: { readonly [path: string]: string } = {
  'ipv4-addr:value': 'ip',
  'ipv6-addr:value': 'ip',
  'domain-name:value': 'domain',
  'url:value': 'url',
  'email-addr:value': 'email',
  'email-message:from_ref.value': 'email',
  'email-message:sender_ref.value': 'email',
  'network-traffic:dst_ref.value': 'ip',
  'network-traffic:src_ref.value': 'ip',
  'file:name': 'filename',
  'windows-registry-key:key': 'registry',
}

function indicatorOf(
  comparisons: readonly StixComparison[],
  about: AboutIndicator,
): Indicator | string {
  const values: { readonly type: string; readonly members: JsonObject }[] = []
  for (const { path, value } of comparisons) {
    const hash = /^file:hashes\.(.+)$/.exec(path)?.[1]
    const kind = hash ?? kindsByPath[path]
    if (kind === undefined) return `${path} is not supported`
    const found = indicatorValueOf(value, kind)
    if (typeof found === 'string') return found
    values.push(found)
  }
  // Values that only together are bad are compared together by rules that ask for all of them.
  return {
    type: values[0]?.type ?? 'file',
    members: mergeMembers(values.map(({ members }) => members)),
    about,
  }
}

function aboutOf(object: JsonObject, byId: ReadonlyMap<string, JsonObject>): AboutIndicator {
  const references = Array.isArray(object['external_references'])
    ? object['external_references'].filter(isJsonObject)
    : []
  const confidence =
    object['confidence'] === undefined ? undefined : confidenceOf(object['confidence'])
  const found = {
    name: textOf(object['name']) || undefined,
    description: textOf(object['description']) || undefined,
    provider: textOf(byId.get(textOf(object['created_by_ref']))?.['name']) || undefined,
    reference: textOf(references.find(({ url }) => typeof url === 'string')?.['url']) || undefined,
    tlp: tlpOf(object, byId),
    confidence,
    firstSeenMs: parseDate(textOf(object['valid_from']) || textOf(object['created'])),
    lastSeenMs: parseDate(textOf(object['modified'])),
    validUntilMs: parseDate(textOf(object['valid_until'])),
    tags: tagsOf(object),
  }
  // The type says what the filter does: members without a value are left out.
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

function tagsOf(object: JsonObject): readonly string[] | undefined {
  const tags = [object['labels'] ?? [], object['indicator_types'] ?? []]
    .flat()
    .filter((tag) => typeof tag === 'string')
  return tags.length === 0 ? undefined : [...new Set(tags)]
}

function tlpOf(object: JsonObject, byId: ReadonlyMap<string, JsonObject>): string | undefined {
  const refs = [object['object_marking_refs'] ?? []].flat().map(textOf)
  for (const ref of refs) {
    const own = byId.get(ref)
    const definition = own?.['definition']
    const word =
      textOf(own?.['name']) ||
      (isJsonObject(definition) ? textOf(definition['tlp']) : '') ||
      (tlpById[ref] ?? '')
    const found = /^(?:tlp:)?(white|clear|green|amber\+strict|amber|red)$/i.exec(word)?.[1]
    if (found !== undefined) return found.toUpperCase()
  }
  return undefined
}

/** The marking objects that the standard itself defines need not be in a bundle. */
const tlpById: { readonly [id: string]: string } = {
  'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9': 'WHITE',
  'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487': 'CLEAR',
  'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da': 'GREEN',
  'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb': 'GREEN',
  'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82': 'AMBER',
  'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421': 'AMBER',
  'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003': 'AMBER+STRICT',
  'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed': 'RED',
  'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1': 'RED',
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
