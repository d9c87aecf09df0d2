import { signal } from '@preact/signals'

/** Whether the server tells of changes as they happen. */
export const isLive = signal(false)

/** What the server told of. */
export type Told = 'alerts-created' | 'alerts-changed'

const listeners = new Set<(what: Told, ids: readonly string[]) => void>()
let source: EventSource | undefined

/** Calls back with what changes, until the function given back is called. */
export function onChange(listener: (what: Told, ids: readonly string[]) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Listens to the server while this tab is looked at: a browser holds few connections to one server. */
export function listen(): void {
  const attend = (): void => {
    if (document.visibilityState === 'hidden') {
      source?.close()
      source = undefined
      isLive.value = false
      return
    }
    if (source === undefined) connect()
  }
  document.addEventListener('visibilitychange', attend)
  attend()
}

function connect(): void {
  const opened = new EventSource('/api/stream')
  source = opened
  opened.addEventListener('open', () => {
    isLive.value = true
    // Whatever was missed in between is asked for anew.
    tell('alerts-changed', [])
  })
  opened.addEventListener('error', () => {
    isLive.value = false
    if (opened.readyState !== EventSource.CLOSED) return
    if (source === opened) source = undefined
  })
  for (const what of ['alerts-created', 'alerts-changed'] as const) {
    opened.addEventListener(what, (event) => tell(what, idsIn(event.data)))
  }
}

function tell(what: Told, ids: readonly string[]): void {
  for (const listener of listeners) listener(what, ids)
}

function idsIn(data: unknown): readonly string[] {
  const told: unknown = JSON.parse(String(data))
  const ids: unknown = typeof told === 'object' && told !== null ? Reflect.get(told, 'ids') : []
  return Array.isArray(ids) ? ids.map(String) : []
}
