import type { Alert } from '#alert'
import { messageOf, type Logger } from '#base'

/** Those who want to hear of alerts once they are stored. */
export interface AlertListeners {
  /** The function given back ends it. */
  add(listener: (alerts: readonly Alert[]) => void): () => void
  /** A listener that fails keeps neither the others from hearing nor the alerts from being stored. */
  tell(alerts: readonly Alert[]): void
}

/** Nobody yet. */
export function alertListeners(logger: Logger): AlertListeners {
  const listeners = new Set<(alerts: readonly Alert[]) => void>()
  return {
    add(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell(alerts) {
      for (const listener of listeners) {
        try {
          listener(alerts)
        } catch (thrown) {
          logger.warn('a listener for alerts failed', { reason: messageOf(thrown) })
        }
      }
    },
  }
}
