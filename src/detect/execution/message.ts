/** Kinds of warning: the execution ran, but something about it should be known. */
export type WarningKind =
  | 'no_matching_index'
  | 'missing_timestamp_field'
  | 'max_alerts'
  | 'suppression_max_alerts'
  | 'exceptions_not_applied'
  | 'max_alerts_above_limit'
  | 'too_many_combinations'
  | 'no_indicators'
  | 'too_many_indicators'
  | 'maxspan_beyond_look_back'
  | 'sequences_forgotten'
  | 'events_without_order'
  | 'check_failed'

/** Kinds of error: the execution failed, wholly or for a part of its time. */
export type ErrorKind =
  'gap' | 'not_runnable' | 'history_window' | 'window' | 'data_view_not_found' | 'execution'

/** One thing that an execution has to say to the rule's owner. */
export type ExecutionMessage<Kind extends string = WarningKind | ErrorKind> = {
  readonly kind: Kind
  readonly message: string
}

/** The sentence for a kind that always says the same. */
export const limitMessages: {
  readonly [kind in 'max_alerts' | 'suppression_max_alerts']: string
} = {
  max_alerts:
    'the maximum alert limit for this execution was reached; some alerts were not created',
  suppression_max_alerts:
    'the maximum alert limit for this execution was reached; some alerts were not created or suppressed',
}
