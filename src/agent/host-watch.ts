import type { EventDocument } from '#event'
import type { AgentPolicy } from '#fleet'
import type { SensorHealth } from '#sensor'

/** What watches the host of an agent. */
export interface Watch {
  health(): Promise<
    Pick<SensorHealth, 'mode' | 'blindSpots' | 'refusals' | 'remedy' | 'counters' | 'queue'>
  >
  close(): Promise<void>
}

/** Begins to watch; again after the policy changed how. Events that are not taken are offered again. */
export type StartWatch = (
  how: Pick<AgentPolicy, 'sensor'>,
  onEvents: (batch: readonly EventDocument[]) => Promise<void>,
) => Promise<Watch>
