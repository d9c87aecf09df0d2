import { parseDate, parseDuration } from '#base'
import {
  confidenceOf,
  type AboutIndicator,
  type Indicator,
  type IntelProblem,
} from './indicator.ts'
import { indicatorValueOf, isKindName } from './indicator-value.ts'
import { mergeMembers } from './merge-members.ts'

/** What the columns of a table, or the members of an object, say beside values. */
type Role =
  | 'value'
  | 'type'
  | 'name'
  | 'description'
  | 'provider'
  | 'confidence'
  | 'reference'
  | 'tlp'
  | 'firstSeen'
  | 'lastSeen'
  | 'expires'
  | 'tags'

const roles: { readonly [name: string]: Role } = {
  value: 'value',
  indicator: 'value',
  indicatorvalue: 'value',
  ioc: 'value',
  iocvalue: 'value',
  observable: 'value',
  type: 'type',
  ioctype: 'type',
  indicatortype: 'type',
  name: 'name',
  malware: 'name',
  malwareprintable: 'name',
  signature: 'name',
  description: 'description',
  comment: 'description',
  threat: 'description',
  provider: 'provider',
  source: 'provider',
  feed: 'provider',
  reporter: 'provider',
  confidence: 'confidence',
  confidencelevel: 'confidence',
  reference: 'reference',
  references: 'reference',
  urlhauslink: 'reference',
  tlp: 'tlp',
  firstseen: 'firstSeen',
  firstseenutc: 'firstSeen',
  dateadded: 'firstSeen',
  created: 'firstSeen',
  lastseen: 'lastSeen',
  lastseenutc: 'lastSeen',
  lastonline: 'lastSeen',
  validuntil: 'expires',
  expires: 'expires',
  expiration: 'expires',
  expirationdate: 'expires',
  tags: 'tags',
  labels: 'tags',
}

/** What a name of a column or member means: a role, or a kind of value; undefined for anything else. */
export function columnOf(name: string): Role | { readonly kind: string } | undefined {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  if (Object.hasOwn(roles, plain)) return roles[plain]
  if (plain === 'dstip' || plain === 'srcip') return { kind: 'ip' }
  return isKindName(name) ? { kind: name } : undefined
}

/**
 * The indicators of one line of named cells: the value with its type, or each cell whose name is a type;
 * hashes of one line are of one file. Without any value: the reason.
 */
export function indicatorsOfCells(
  cells: readonly (readonly [name: string, text: string])[],
  { place, nowMs }: { readonly place: string; readonly nowMs: number },
): {
  readonly indicators: readonly Indicator[]
  readonly problems: readonly IntelProblem[]
} {
  const said = new Map<Role, string>()
  const typed: { readonly kind: string; readonly text: string }[] = []
  for (const [name, text] of cells) {
    const column = columnOf(name)
    const trimmed = text.trim()
    if (column === undefined || isNothing(trimmed)) continue
    if (typeof column === 'string') {
      if (!said.has(column)) said.set(column, trimmed)
    } else typed.push({ kind: column.kind, text: trimmed })
  }
  const value = said.get('value')
  const wanted = value === undefined ? typed : [{ kind: said.get('type'), text: value }]
  const found = wanted.map(({ kind, text }) => indicatorValueOf(text, kind))
  const problems = found
    .filter((each) => typeof each === 'string')
    .map((message) => ({ kind: 'unreadable', place, message }) as const)
  const values = found.filter((each) => typeof each !== 'string')
  if (found.length === 0) {
    const message = 'there is no value in it'
    return { indicators: [], problems: [{ kind: 'unreadable', place, message }] }
  }
  const about = aboutOf(said, nowMs)
  const files = values.filter(({ type }) => type === 'file')
  const others = values.filter(({ type }) => type !== 'file')
  const file = { type: 'file', members: mergeMembers(files.map(({ members }) => members)) }
  const indicators = [...(files.length === 0 ? [] : [file]), ...others]
  return { indicators: indicators.map((each) => ({ ...each, about })), problems }
}

/** How lists write that they say nothing. */
function isNothing(text: string): boolean {
  return text === '' || /^(none|null|n\/a|-)$/i.test(text)
}

function aboutOf(said: ReadonlyMap<Role, string>, nowMs: number): AboutIndicator {
  const expires = said.get('expires')
  const lastsMs = expires === undefined ? undefined : parseDuration(expires)
  const found = {
    name: said.get('name'),
    description: said.get('description'),
    provider: said.get('provider'),
    confidence: said.has('confidence') ? confidenceOf(said.get('confidence')) : undefined,
    reference: said.get('reference'),
    tlp: said.get('tlp')?.replace(/^tlp:/i, '').toUpperCase(),
    firstSeenMs: dateOf(said.get('firstSeen')),
    lastSeenMs: dateOf(said.get('lastSeen')),
    validUntilMs: lastsMs === undefined ? dateOf(expires) : nowMs + lastsMs,
    tags: said
      .get('tags')
      ?.split(/[,;|]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  }
  // The type says what the filter does: members without a value are left out.
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

/** A date as lists write it: ISO 8601, or `2024-05-01 10:00:00 UTC`. */
function dateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const plain = text.replace(/ ?UTC$/i, 'Z').replace(/^(\d{4}-\d\d-\d\d) /, '$1T')
  return parseDate(plain) ?? parseDate(text)
}
