import type { Parameters, Values } from '#base'

/** One way to tell somebody: one folder of `connectors/`. Stateless. */
export interface Connector {
  /** `slack` */
  readonly id: string
  readonly title: string
  readonly settings: Parameters
  /** What is told unless a channel says otherwise. */
  readonly template: string
  /**
   * Tells it, and resolves when the other side took it. Faults: `invalid` for what no retry would mend, `timeout` and `unavailable` for what one
   * may. No message of a fault holds a secret of the settings.
   */
  send(message: Message, settings: Values, context: SendContext): Promise<void>
}

/** What sending works with. */
export interface SendContext {
  readonly nowMs: () => number
  readonly signal: AbortSignal
}

/** What is told. */
export interface Message {
  /** One line. */
  readonly title: string
  /** The filled template; plain text. */
  readonly text: string
  readonly severity: Severity
  /** The alerts that it is about, the first hundred of them, oldest first. */
  readonly alerts: readonly AlertNote[]
  /** How many there are. */
  readonly count: number
  /** The same for the same message told again. */
  readonly id: string
}

/** From least to most. */
export const severities = ['low', 'medium', 'high', 'critical'] as const

/** One of {@link severities}. */
export type Severity = (typeof severities)[number]

/** What is told of an alert. */
export interface AlertNote {
  readonly id: string
  readonly ruleId: string
  readonly rule: string
  readonly severity: Severity
  readonly risk: number
  readonly reason: string
  readonly host: string
  readonly user: string
  /** ISO 8601. */
  readonly at: string
}

/** Whether one severity is at least another. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least)
}
