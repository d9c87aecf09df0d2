import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import { api } from '../../api.ts'
import { go } from '../../frame/router.ts'
import { may } from '../../frame/session.ts'
import { tellDone } from '../../frame/toast.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { problemOf, useLoaded } from '../../parts/use-loaded.ts'

/** Views of a page that somebody saved, for everybody: going to one, saving this one, removing one. */
export function SavedViews({ path }: { readonly path: string }) {
  const { value, reload } = useLoaded('views', (signal) => api.listViews({}, signal))
  const [isOpen, setOpen] = useState(false)
  const [name, setName] = useState('')
  const views = (value?.views ?? []).filter(({ address }) => address.split('?')[0] === path)
  const done = async (ask: () => Promise<unknown>, text: string, undo?: () => Promise<void>) => {
    try {
      await ask()
      tellDone(text, undo)
    } catch (thrown) {
      tellDone(`Not done: ${problemOf(thrown)}`)
    }
    reload()
  }
  const save = (): void => {
    const body = { name: name.trim(), address: `${location.pathname}${location.search}` }
    if (body.name === '') return
    setName('')
    void done(() => api.putView({ id: crypto.randomUUID(), body }), 'View saved.')
  }
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Views{views.length === 0 ? '' : ` (${views.length})`}
      </button>
      <Dialog title="Saved views" isOpen={isOpen} onClose={() => setOpen(false)}>
        {views.length === 0 && <p class="muted">None yet.</p>}
        <ul class="views">
          {views.map((view) => (
            <li key={view.id} class="line">
              <a
                href={view.address}
                onClick={(event) => {
                  event.preventDefault()
                  setOpen(false)
                  go(view.address)
                }}
              >
                {visibleText(view.name)}
              </a>
              <span class="muted">by {visibleText(view.by)}</span>
              <span class="space" />
              {may('triage') && (
                <button
                  type="button"
                  aria-label={`Remove ${visibleText(view.name)}`}
                  onClick={() => {
                    const { id, name: before, address } = view
                    void done(
                      () => api.removeView({ id }),
                      'View removed.',
                      async () => {
                        await api.putView({ id, body: { name: before, address } })
                        reload()
                      },
                    )
                  }}
                >
                  Remove
                </button>
              )}
            </li>
          ))}
        </ul>
        {may('triage') && (
          <form
            class="line"
            onSubmit={(event) => {
              event.preventDefault()
              save()
            }}
          >
            <label class="grow">
              What is shown now, as{' '}
              <input
                type="text"
                maxLength={100}
                value={name}
                onInput={(event) => setName(event.currentTarget.value)}
              />
            </label>
            <button type="submit" class="primary" disabled={name.trim() === ''}>
              Save
            </button>
          </form>
        )}
      </Dialog>
    </>
  )
}
