import type { JsonObject } from '#base'

/** One thing known to be bad, and what its source says of it. */
export interface Indicator {
  /** By ECS (`threat.indicator.type`): `ipv4-addr`, `domain-name`, `url`, `file`, ... */
  readonly type: string
  /** What events are compared with: members of `threat.indicator`, such as `{ file: { hash: { sha256 } } }`. */
  readonly members: JsonObject
  readonly about: AboutIndicator
}

/** What a source may say of an indicator beside its value. */
export interface AboutIndicator {
  readonly name?: string
  readonly description?: string
  readonly provider?: string
  readonly confidence?: IndicatorConfidence
  readonly reference?: string
  /** `CLEAR`, `GREEN`, `AMBER`, `AMBER+STRICT`, `RED`. */
  readonly tlp?: string
  readonly firstSeenMs?: number
  readonly lastSeenMs?: number
  /** From then on it counts no more. */
  readonly validUntilMs?: number
  readonly tags?: readonly string[]
}

/** By ECS, the vocabulary of STIX. */
export type IndicatorConfidence = 'None' | 'Low' | 'Medium' | 'High'

/** Something in a list that gave no indicator. */
export interface IntelProblem {
  /** `unreadable`: it is not what the format asks for; `unsupported`: right, but nothing that we can compare. */
  readonly kind: 'unreadable' | 'unsupported'
  /** Line number from 1, or the id of an object. */
  readonly place: string
  readonly message: string
}

/** What a list holds, in its order. */
export interface IntelReading {
  readonly format: IntelFormat
  readonly indicators: readonly Indicator[]
  readonly problems: readonly IntelProblem[]
  /** Entries that their own source has taken back, or whose time is over. */
  readonly outdated: number
}

/** How lists of indicators are written. */
export type IntelFormat = 'stix' | 'csv' | 'ndjson'

/** All of {@link IntelFormat}. */
export const intelFormats: readonly IntelFormat[] = ['stix', 'csv', 'ndjson']

/** A confidence from 0 to 100, or in words, by the scale of STIX. */
export function confidenceOf(value: unknown): IndicatorConfidence | undefined {
  const text = String(value).trim().toLowerCase()
  const word = (['None', 'Low', 'Medium', 'High'] as const).find((w) => w.toLowerCase() === text)
  if (word !== undefined) return word
  if (!/^\d{1,3}$/.test(text) || Number(text) > 100) return undefined
  const number = Number(text)
  if (number === 0) return 'None'
  return number < 30 ? 'Low' : number < 70 ? 'Medium' : 'High'
}
