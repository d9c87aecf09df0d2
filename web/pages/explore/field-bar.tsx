import { useState } from 'preact/hooks'
import { visibleText } from '#base'
import { api } from '../../api.ts'
import { counted, Problem } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import { longestValue } from './narrow-query.ts'

/** What the values of a field are counted in. */
export interface Question {
  readonly query: string
  readonly language: 'kuery' | 'lucene' | 'eql'
  readonly index: string
  readonly from: string
  readonly to: string
}

/** The fields of what is shown: a look at the values of each, and a way into and out of the query. */
export function FieldBar({
  fields,
  shown,
  columns,
  question,
  onColumn,
  onValue,
}: {
  readonly fields: readonly {
    readonly field: string
    readonly events: number
  }[]
  /** Events that the fields were counted in. */
  readonly shown: number
  readonly columns: readonly string[]
  readonly question: Question
  readonly onColumn: (field: string) => void
  readonly onValue: (field: string, value: string, isOut: boolean) => void
}) {
  const [words, setWords] = useState('')
  const [open, setOpen] = useState('')
  const wanted = words.toLowerCase()
  const found = fields.filter(({ field }) => field.toLowerCase().includes(wanted))
  return (
    <section class="field-bar" aria-labelledby="fields">
      <h2 id="fields">Fields</h2>
      <input
        type="text"
        aria-label="Find a field"
        placeholder="Find a field"
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
      />
      <ul tabIndex={0} aria-label={`Fields of ${counted(shown, 'event')}`}>
        {found.slice(0, 400).map(({ field, events }) => (
          <li key={field}>
            <button
              type="button"
              class="field-name"
              aria-expanded={open === field}
              onClick={() => setOpen(open === field ? '' : field)}
            >
              <code>{visibleText(field)}</code>
              <span class="muted">{Math.round((events / Math.max(1, shown)) * 100)} %</span>
            </button>
            {open === field && (
              <FieldValues
                field={field}
                isColumn={columns.includes(field)}
                question={question}
                onColumn={onColumn}
                onValue={onValue}
              />
            )}
          </li>
        ))}
      </ul>
      {fields.length > 0 && found.length === 0 && <p class="muted">No such field here.</p>}
    </section>
  )
}

function FieldValues({
  field,
  isColumn,
  question,
  onColumn,
  onValue,
}: {
  readonly field: string
  readonly isColumn: boolean
  readonly question: Question
  readonly onColumn: (field: string) => void
  readonly onValue: (field: string, value: string, isOut: boolean) => void
}) {
  const top = useLoaded(JSON.stringify([field, question]), (signal) =>
    api.countEventsByValue({ ...question, field, limit: 8 }, signal),
  )
  const total = Math.max(1, top.value?.events ?? 0)
  return (
    <div class="field-values">
      <button type="button" aria-pressed={isColumn} onClick={() => onColumn(field)}>
        {isColumn ? 'Hide the column' : 'Show as a column'}
      </button>
      {top.problem !== undefined && <Problem text={top.problem} onRetry={top.reload} />}
      {top.value === undefined && top.problem === undefined && <p class="muted">Counting…</p>}
      {top.value !== undefined && (
        <p class="muted">
          {counted(top.value.distinct, 'value')} in {counted(top.value.events, 'event')}
        </p>
      )}
      {top.value?.values.map(({ value, events }) => (
        <div key={value} class="field-value">
          <span class="m" title={visibleText(value.slice(0, 2_000))}>
            {visibleText(value.slice(0, 120))}
          </span>
          <span class="muted">{Math.round((events / total) * 100)} %</span>
          <meter min={0} max={total} value={events} aria-label={counted(events, 'event')} />
          <FilterButtons field={field} value={value} onValue={onValue} />
        </div>
      ))}
    </div>
  )
}

/** Into the query and out of it. */
export function FilterButtons({
  field,
  value,
  onValue,
}: {
  readonly field: string
  readonly value: string
  readonly onValue: (field: string, value: string, isOut: boolean) => void
}) {
  if (value.length > longestValue) return null
  const named = `${field} ${visibleText(value.slice(0, 60))}`
  return (
    <span class="filter-buttons">
      <button
        type="button"
        title="Only events with it"
        onClick={() => onValue(field, value, false)}
      >
        <span aria-hidden="true">+</span>
        <span class="hidden-text">Only events with {named}</span>
      </button>
      <button type="button" title="No events with it" onClick={() => onValue(field, value, true)}>
        <span aria-hidden="true">−</span>
        <span class="hidden-text">No events with {named}</span>
      </button>
    </span>
  )
}
