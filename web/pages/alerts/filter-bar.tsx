import { useEffect, useRef, useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireAlertRow } from '#api'
import { go, withQuery } from '../../frame/router.ts'
import { completed, completionsOf } from './alert-fields.ts'

/** The filter in KQL, completed while it is written; Enter asks. */
export function FilterBar({
  text,
  rows,
  focusTurn,
}: {
  readonly text: string
  readonly rows: readonly WireAlertRow[]
  /** Whenever it changes, the bar gets the focus. */
  readonly focusTurn: number
}) {
  const [draft, setDraft] = useState(text)
  const [chosen, setChosen] = useState(-1)
  const [isOpen, setOpen] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => setDraft(text), [text])
  useEffect(() => {
    if (focusTurn > 0) input.current?.focus()
  }, [focusTurn])
  const offers = isOpen ? completionsOf(draft, rows) : []
  const ask = (): void => {
    setOpen(false)
    go(withQuery({ q: draft.trim() }))
  }
  const take = (offer: string | undefined): void => {
    if (offer === undefined) return
    setDraft(completed(draft, offer))
    setChosen(-1)
    input.current?.focus()
  }
  return (
    <form
      class="filter"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        ask()
      }}
    >
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label="Filter in KQL"
        aria-expanded={offers.length > 0}
        aria-controls="filter-offers"
        aria-autocomplete="list"
        aria-activedescendant={chosen < 0 ? undefined : `offer-${chosen}`}
        aria-keyshortcuts="/"
        autocomplete="off"
        spellcheck={false}
        placeholder="/ filter in KQL: host.name: edge* and not user.name: root"
        value={draft}
        onInput={(event) => {
          setDraft(event.currentTarget.value)
          setOpen(true)
          setChosen(-1)
        }}
        onBlur={() => setOpen(false)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            if (offers.length > 0) setOpen(false)
            else event.currentTarget.blur()
          } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault()
            const by = event.key === 'ArrowDown' ? 1 : -1
            setChosen(Math.max(-1, Math.min(offers.length - 1, chosen + by)))
          } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen >= 0) {
            event.preventDefault()
            take(offers[chosen])
          }
        }}
      />
      <ul id="filter-offers" role="listbox" aria-label="Completions" hidden={offers.length === 0}>
        {offers.map((offer, at) => (
          <li
            key={offer}
            id={`offer-${at}`}
            role="option"
            aria-selected={at === chosen}
            // The input would lose the focus, and with it the offers, before the click came.
            onMouseDown={(event) => {
              event.preventDefault()
              take(offer)
            }}
          >
            {visibleText(offer)}
          </li>
        ))}
      </ul>
    </form>
  )
}
