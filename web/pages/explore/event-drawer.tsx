import { useEffect, useRef, useState } from 'preact/hooks'
import { visibleText } from '#base'
import { api } from '../../api.ts'
import { Problem } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { fieldsOf, fieldText } from './event-texts.ts'
import { FilterButtons } from './field-bar.tsx'

const longest = 2_000

/** Everything that an event says, and the ways on from it. */
export function EventDrawer({
  index,
  id,
  onClose,
  onColumn,
  onValue,
}: {
  readonly index: string
  readonly id: string
  readonly onClose: () => void
  readonly onColumn: (field: string) => void
  readonly onValue: (field: string, value: string, isOut: boolean) => void
}) {
  const event = useLoaded(`${index}/${id}`, (signal) => api.getEvent({ index, id }, signal))
  const [words, setWords] = useState('')
  const [isRaw, setRaw] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const { document } = event.value ?? {}
  const wanted = words.toLowerCase()
  const fields = document === undefined ? [] : fieldsOf(document)
  const found = fields.filter(
    ({ field, values }) =>
      field.toLowerCase().includes(wanted) ||
      values.some((value) => value.slice(0, longest).toLowerCase().includes(wanted)),
  )
  const entity = document === undefined ? '' : fieldText(document, 'process.entity_id')
  const host = document === undefined ? '' : fieldText(document, 'host.name')
  return (
    <aside class="drawer" aria-labelledby="drawer-title">
      <header class="line">
        <h2 id="drawer-title" ref={heading} tabIndex={-1}>
          Event
        </h2>
        <code class="drawer-id">{visibleText(index)}</code>
        <span class="space" />
        <button type="button" onClick={onClose} aria-keyshortcuts="Escape">
          Close <kbd aria-hidden="true">Esc</kbd>
        </button>
      </header>
      {event.problem !== undefined && <Problem text={event.problem} onRetry={event.reload} />}
      {event.value === undefined && event.problem === undefined && <p class="muted">Loading…</p>}
      {document !== undefined && (
        <>
          <div class="line">
            {entity !== '' && (
              <a class="button" href={`/processes/${encodeURIComponent(entity)}`}>
                Process tree
              </a>
            )}
            {host !== '' && (
              <a class="button" href={`/hosts/${encodeURIComponent(host)}`}>
                Host
              </a>
            )}
            <button type="button" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
              JSON
            </button>
            <button
              type="button"
              onClick={() => void navigator.clipboard.writeText(JSON.stringify(document, null, 2))}
            >
              Copy
            </button>
            <input
              type="text"
              class="drawer-find"
              aria-label="Find in this event"
              placeholder="Find in this event"
              value={words}
              onInput={(typed) => setWords(typed.currentTarget.value)}
            />
          </div>
          <div class="drawer-body" tabIndex={0} role="region" aria-label="Fields of the event">
            {isRaw ? (
              <pre class="m">
                {JSON.stringify(document, null, 2)
                  .slice(0, 200_000)
                  .split('\n')
                  .map(visibleText)
                  .join('\n')}
              </pre>
            ) : (
              <table>
                <thead class="hidden-text">
                  <tr>
                    <th scope="col">Field</th>
                    <th scope="col">Value</th>
                  </tr>
                </thead>
                <tbody>
                  {found.map(({ field, values }) => (
                    <tr key={field}>
                      <th scope="row">
                        <button
                          type="button"
                          class="field-link"
                          title="Show or hide as a column"
                          onClick={() => onColumn(field)}
                        >
                          {visibleText(field)}
                        </button>
                      </th>
                      <td>
                        {values.slice(0, 100).map((value, at) => (
                          <div key={at} class="drawer-value">
                            <LongText text={value} />
                            <FilterButtons field={field} value={value} onValue={onValue} />
                          </div>
                        ))}
                        {values.length > 100 && (
                          <p class="muted">{values.length - 100} more: see JSON</p>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
            {!isRaw && found.length === 0 && <p class="muted">Nothing in this event says that.</p>}
          </div>
        </>
      )}
    </aside>
  )
}

/** A text that may be very long: its beginning, and the rest when it is asked for. */
function LongText({ text }: { readonly text: string }) {
  const [shown, setShown] = useState(longest)
  return (
    <span class="m">
      {visibleText(text.slice(0, shown))}
      {text.length > shown && (
        <>
          …{' '}
          <button type="button" onClick={() => setShown(shown + 20_000)}>
            more of {text.length.toLocaleString('en')} characters
          </button>
        </>
      )}
    </span>
  )
}
