import type { EventDocument } from '#event'
import type { ExceptionItem, InstalledRule, Rule, ValueList } from '#rule'

/** Where the events of a backtest come from, and what is installed there beside them. */
export interface Feed {
  /** The rule as it is installed there, if it is. */
  installedOf(rule: Rule): Promise<InstalledRule | undefined>
  /** What is excepted from a rule there. */
  exceptionsOf(rule: InstalledRule): Promise<FeedExceptions>
  /** Hands every event to `take`, once; stops early when the terminal's signal aborts. */
  read(taker: EventTaker): Promise<FeedOutcome>
  close(): Promise<void>
}

/** Exception items, and the value lists that they may name. */
export interface FeedExceptions {
  readonly items: readonly ExceptionItem[]
  readonly valueLists: readonly ValueList[]
}

/** What takes events in. */
export interface EventTaker {
  take(event: EventDocument): void
  keptUp(): Promise<void>
}

/** What could not be used of a feed. */
export interface FeedOutcome {
  /** Inputs, lines and events that could not be read; each was told. */
  readonly unreadable: number
}
