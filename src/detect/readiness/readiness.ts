import type { FieldName } from '#event'

/** Whether a rule can fire on what a store holds now, as far as is known without reading all of it. */
export interface RuleReadiness {
  /**
   * `cannot-fire`: no event that is stored could have made it fire. `learning`: it can fire, on more than
   * it will once there is enough history. `could-fire`: nothing known speaks against it, which is no
   * promise that it will.
   */
  readonly verdict: Verdict
  readonly reasons: readonly ReadinessReason[]
  /** Concrete indices with events that its patterns mean. */
  readonly indices: readonly string[]
  /** Its patterns that mean no index with events. */
  readonly patternsWithoutData: readonly string[]
  /** When there will be enough history, epoch milliseconds. */
  readonly learnsUntilMs?: number
}

/** What {@link RuleReadiness} comes to. */
export type Verdict = 'could-fire' | 'learning' | 'cannot-fire'

/** Verdicts from worst to best. */
export const verdicts: readonly Verdict[] = ['cannot-fire', 'learning', 'could-fire']

/** Something that keeps a rule from firing, or may. */
export interface ReadinessReason {
  /** One of {@link reasonCodes}, or the code of a diagnostic of the rule's text. */
  readonly code: string
  /** `blocks`: it cannot fire while this is so. `doubt`: it may not. */
  readonly weight: 'blocks' | 'doubt'
  readonly message: string
  readonly help?: string
  /** The fields that are meant, and the values that the field should have. */
  readonly fields?: readonly FieldName[]
  readonly values?: readonly string[]
  /** The concrete indices of which it is true. */
  readonly indices?: readonly string[]
}

/** What a reason can be, beside what is wrong with a rule's text. */
export const reasonCodes = {
  dataViewMissing: 'readiness.data-view-missing',
  historyWindow: 'readiness.history-window',
  noData: 'readiness.no-data',
  sourceOff: 'readiness.source-off',
  fieldNeverPresent: 'readiness.field-never-present',
  valueNeverSeen: 'readiness.value-never-seen',
  matchesNothing: 'readiness.matches-nothing',
  nothingToCompare: 'readiness.nothing-to-compare-with',
  requiredField: 'readiness.required-field-never-present',
  oldData: 'readiness.old-data',
  learning: 'readiness.learning',
} as const

/** Something that should bring events, and brings none or not all. */
export interface DataSource {
  /** For people: `the sensor of this host`. */
  readonly title: string
  /** Concrete indices that it writes. */
  readonly indices: readonly string[]
  readonly problem: string
  /** It brings nothing at all, so that what is fresh in its indices comes from elsewhere. */
  readonly isSilent: boolean
  readonly help?: string
}
