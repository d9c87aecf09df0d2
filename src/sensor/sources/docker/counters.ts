/** What the container source counted since it was opened; nothing is lost silently. */
export interface ContainerCounters {
  /** Engine events of interest received, replays after a reconnect not counted. */
  readonly engineEvents: number
  /** Events received a second time after a reconnect, or program starts that told the same fact again. */
  readonly repeated: number
  /** Lines of an engine's stream that were no event. */
  readonly undecodable: number
  readonly inspected: number
  /** Things that were gone before they could be looked at: told as `container-vanished`. */
  readonly vanished: number
  /** Questions that an engine did not answer: told with `error.message`. */
  readonly inspectFailed: number
  /** Events told without a closer look, because too many were waiting for one. */
  readonly uninspected: number
  /** Containers found in an engine's list whose event was never received. */
  readonly caughtUp: number
  readonly connections: number
  /** Starts of an OCI runtime that make or join a container. */
  readonly runtimeStarts: number
  readonly ociRead: number
  /** Starts whose OCI file could not be read in time: told as `container-vanished`. */
  readonly ociUnreadable: number
  /** Starts told without their OCI file, because too many were being read. */
  readonly ociSkipped: number
  readonly documents: number
}

/** Counters that count. */
export type RunningCounters = { -readonly [name in keyof ContainerCounters]: number }

/** All zero. */
export function newCounters(): RunningCounters {
  return {
    engineEvents: 0,
    repeated: 0,
    undecodable: 0,
    inspected: 0,
    vanished: 0,
    inspectFailed: 0,
    uninspected: 0,
    caughtUp: 0,
    connections: 0,
    runtimeStarts: 0,
    ociRead: 0,
    ociUnreadable: 0,
    ociSkipped: 0,
    documents: 0,
  }
}
