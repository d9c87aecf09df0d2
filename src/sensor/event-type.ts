/** Elasticsearch's type of a field. */
export type FieldType =
  'keyword' | 'wildcard' | 'match_only_text' | 'long' | 'boolean' | 'date' | 'ip'

/** What one field of our documents holds. */
export interface FieldFacts {
  readonly name: string
  readonly type: FieldType
  /** Unit of a number, where it has one. */
  readonly unit?: string
  readonly meaning: string
}

/** One kind of thing that the sensor tells, and the data stream that it goes to. */
export interface EventType {
  readonly id: string
  readonly title: string
  /** Concrete data stream: `logs-<dataset>-default`. */
  readonly dataStream: string
  readonly dataset: string
  /** Every leaf that a document of this type can have. */
  readonly fields: readonly FieldFacts[]
}
