import type { NewEvent } from '#store'

/** Something that happened in the sample world and that rules tell of. */
export interface Story {
  /** How long before the present it happened. */
  readonly agoMs: number
  /** Its events when it begins at a moment; they lie within eight minutes. */
  readonly events: (atMs: number) => readonly NewEvent[]
  /** `rule_id`s of the rules that tell of it; a test holds that they do. */
  readonly toldBy: readonly string[]
  /** What somebody made of its alerts; undefined: they are open. */
  readonly verdict?: Verdict
}

/** What somebody made of an alert. */
export interface Verdict {
  readonly by: string
  readonly afterMs: number
  readonly status: 'acknowledged' | 'closed'
  /** Of a closed one, in Kibana's words. */
  readonly reason?: 'false_positive' | 'benign_positive' | 'true_positive' | 'duplicate'
  readonly note?: string
  /** Excepts its like from then on. */
  readonly exception?: {
    readonly name: string
    readonly fields: readonly { readonly field: string; readonly value: string }[]
    /** Undefined: it does not end. */
    readonly endsAfterMs?: number
  }
}
