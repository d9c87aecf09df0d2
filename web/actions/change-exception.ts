import type { JsonObject } from '#base'
import type { WireException } from '#api'
import { api } from '../api.ts'
import { tellDone } from '../frame/toast.tsx'
import { problemOf } from '../parts/use-loaded.ts'

const dayMs = 86_400_000

type Changed = () => void

/** Says when an exception ends, in days from now; undefined: never, 0: now. With its undo. */
export async function endException(
  { list_id: listId, item_id: itemId, expire_time: before }: WireException,
  days: number | undefined,
  onChanged: Changed,
): Promise<void> {
  const item = { list_id: listId, item_id: itemId }
  const until = days === undefined ? undefined : new Date(Date.now() + days * dayMs).toISOString()
  const said = days === undefined ? 'never ends' : days === 0 ? 'is off' : `ends in ${days} days`
  await told(`The exception ${said}.`, onChanged, {
    ask: () => api.setExceptionExpiry({ ...item, body: timeOf(until) }),
    undo: () => api.setExceptionExpiry({ ...item, body: timeOf(before) }),
  })
}

/** Removes an exception, with its undo. */
export async function removeException(
  { list_id: listId, item_id: itemId, name, entries, expire_time: until }: WireException,
  onChanged: Changed,
): Promise<void> {
  const wire: readonly JsonObject[] = entries
  await told('Exception removed.', onChanged, {
    ask: () => api.removeExceptionItem({ list_id: listId, item_id: itemId }),
    undo: () =>
      api.addExceptionItem({
        list_id: listId,
        body: { item_id: itemId, name, entries: wire, ...timeOf(until) },
      }),
  })
}

function timeOf(until: string | undefined) {
  return until === undefined ? {} : { expire_time: until }
}

async function told(
  text: string,
  onChanged: Changed,
  { ask, undo }: { readonly ask: () => Promise<unknown>; readonly undo: () => Promise<unknown> },
): Promise<void> {
  try {
    await ask()
  } catch (thrown) {
    tellDone(`Not done: ${problemOf(thrown)}`)
    return
  }
  onChanged()
  tellDone(text, async () => {
    await undo()
    onChanged()
  })
}
