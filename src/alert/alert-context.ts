import type { JsonObject } from '#base'
import type { FieldCatalogue } from '#event'
import type { InstalledRule } from '#rule'

/** How an execution came about: by its schedule, or because a person asked for a stretch of time. */
export type ExecutionKind = 'scheduled' | 'manual'

/** What all alerts of one execution share. */
export interface AlertContext {
  readonly rule: InstalledRule
  /** The fields against which event values are judged. */
  readonly fields: FieldCatalogue
  readonly space: string
  /** The index patterns that the rule read. */
  readonly indices: readonly string[]
  readonly execution: {
    readonly uuid: string
    readonly kind: ExecutionKind
    /** Epoch milliseconds for which the execution was due. */
    readonly startedAtMs: number
  }
  /** When the alerts come into being, epoch milliseconds. */
  readonly createdMs: number
  readonly productVersion: string
  /** Where the page is reached from outside; without it alerts carry no link. */
  readonly publicBaseUrl?: string
}

/** A finding that a person triages: its id, and its document with the event's members and `kibana.*` ones. */
export interface Alert {
  readonly id: string
  readonly body: AlertBody
}

/** An alert's document: the event's own members as they came, and dotted `kibana.*` members on top. */
export type AlertBody = JsonObject
