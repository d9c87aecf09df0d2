import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useKeys } from '../../frame/keys.tsx'
import { go, place, withQuery } from '../../frame/router.ts'
import { may } from '../../frame/session.ts'
import { Histogram } from '../../parts/histogram.tsx'
import { QueryBox } from '../../parts/query-box.tsx'
import { counted, Problem } from '../../parts/text.tsx'
import { timeOf, timeText, TimeRange } from '../../parts/time-range.tsx'
import { EventDrawer } from './event-drawer.tsx'
import { EventTable } from './event-table.tsx'
import { fieldCounts } from './event-texts.ts'
import { FieldBar } from './field-bar.tsx'
import { narrowed, type ExploreLanguage } from './narrow-query.ts'
import { useSearch } from './use-search.ts'
import './explore.css'

const languages = [
  ['kuery', 'KQL'],
  ['lucene', 'Lucene'],
  ['eql', 'EQL'],
] as const
const pageEvents = 200
const mostEvents = 2_000

/** Events by a query: when, which, and what is in them. */
export function ExplorePage() {
  const { query: address } = place.value
  const asked = address.get('lang')
  const language: ExploreLanguage =
    languages.map(([id]) => id).find((id) => id === asked) ?? 'kuery'
  const query = address.get('q') ?? ''
  const index = address.get('index') ?? '*'
  const columns = (address.get('cols') ?? '').split(',').filter((field) => field !== '')
  const [draft, setDraft] = useState(query)
  const [turn, setTurn] = useState(0)
  const [limit, setLimit] = useState(pageEvents)
  useEffect(() => setDraft(query), [query])
  // What `now` is stays the same until somebody asks again.
  const time = useMemo(() => timeOf(address.get('t') ?? '', Date.now()), [address.get('t'), turn])
  const everyMs = useMemo(() => stepFor(time.toMs - time.fromMs), [time])
  const question = {
    query,
    language,
    index,
    from: new Date(time.fromMs).toISOString(),
    to: new Date(time.toMs).toISOString(),
  }
  const search = useSearch(question, {
    limit,
    everySeconds: everyMs / 1_000,
    turn,
  })
  const events = search.events.value?.events ?? []
  const fields = useMemo(() => fieldCounts(events), [search.events.value])
  const [at, setAt] = useState(-1)
  const opened = address.get('ev') ?? ''
  const [openIndex = '', openId = ''] = opened === '' ? [] : splitOnce(opened)
  useEffect(() => setLimit(pageEvents), [query, language, index, time])

  const run = (): void => {
    if (draft !== query) go(withQuery({ q: draft, ev: '' }))
    setTurn(turn + 1)
  }
  const open = (row: number): void => {
    setAt(row)
    const event = events[row]
    if (event !== undefined) {
      go(withQuery({ ev: `${event.index}/${event.id}` }), {
        replace: opened !== '',
      })
    }
  }
  const close = (): void => go(withQuery({ ev: '' }), { replace: true })
  const toggleColumn = (field: string): void => {
    const next = columns.includes(field)
      ? columns.filter((each) => each !== field)
      : [...columns, field]
    go(withQuery({ cols: next.join(',') }), { replace: true })
  }
  const filter = (field: string, value: string, isOut: boolean): void => {
    const next = narrowed(query, { language, field, value, isOut })
    go(withQuery({ q: next }))
  }
  const step = (by: number): void => {
    const next = Math.max(0, Math.min(events.length - 1, at + by))
    if (opened === '') setAt(next)
    else open(next)
  }
  const latest = useRef({ step, open, close, at, run })
  latest.current = { step, open, close, at, run }
  useKeys(
    useMemo(
      () => [
        { key: 'j', label: 'next event', run: () => latest.current.step(1) },
        { key: 'k', label: 'event before', run: () => latest.current.step(-1) },
        {
          key: 'ArrowDown',
          label: 'next event',
          run: () => latest.current.step(1),
        },
        {
          key: 'ArrowUp',
          label: 'event before',
          run: () => latest.current.step(-1),
        },
        {
          key: 'Enter',
          label: 'open',
          run: () => latest.current.open(Math.max(0, latest.current.at)),
        },
        {
          key: 'Escape',
          label: 'close the event',
          run: () => latest.current.close(),
        },
        { key: '.', label: 'ask again', run: () => latest.current.run() },
      ],
      [],
    ),
  )
  const isSeries = language === 'eql' && /^\s*(sequence|sample)\b/.test(query)
  const ruleHref = `/rules/new?${new URLSearchParams({ from: 'explore', lang: language, q: draft, index }).toString()}`
  return (
    <div class={`explore${opened === '' ? '' : ' has-drawer'}`}>
      <h1 class="hidden-text">Explore</h1>
      <div class="explore-ask">
        <label>
          <span class="hidden-text">Language</span>
          <select
            value={language}
            onChange={(event) => go(withQuery({ lang: event.currentTarget.value }))}
          >
            {languages.map(([id, title]) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <QueryBox
          text={draft}
          language={language}
          index={index}
          label="Query"
          hint={
            language === 'eql'
              ? 'process where process.name == "curl"'
              : 'process.name:curl and user.name:root'
          }
          onChange={setDraft}
          onSubmit={run}
        />
        <button type="button" class="primary" onClick={run} aria-keyshortcuts="Control+Enter">
          Search <kbd aria-hidden="true">Ctrl ↵</kbd>
        </button>
      </div>
      <div class="line">
        <TimeRange time={time} onChoose={(text) => go(withQuery({ t: text }))} />
        <label class="line index-field">
          In{' '}
          <input
            type="text"
            class="explore-index m"
            aria-label="Index patterns"
            key={index}
            defaultValue={index}
            onChange={(event) =>
              go(
                withQuery({
                  index: event.currentTarget.value === '*' ? '' : event.currentTarget.value,
                }),
              )
            }
          />
        </label>
        <span class="muted" role="status">
          {search.total === undefined ? 'Counting…' : counted(search.total, 'event')}
        </span>
        <span class="space" />
        {columns.length > 0 && (
          <a class="button" href={withQuery({ cols: '' })}>
            Usual columns
          </a>
        )}
        {may('manage') && (
          <a class="button" href={ruleHref}>
            Make a rule
          </a>
        )}
      </div>
      {isSeries && (
        <p class="note">
          Shown are the events that any step of this series means. Whether they follow one another
          is what a rule tells: make a rule of it and look at its backtest.
        </p>
      )}
      {search.events.problem !== undefined && (
        <Problem text={search.events.problem} onRetry={search.events.reload} />
      )}
      {search.byTime.problem !== undefined && search.events.problem === undefined && (
        <Problem text={search.byTime.problem} onRetry={search.byTime.reload} />
      )}
      <section class="explore-time" aria-label="Events by time">
        <Histogram
          buckets={search.buckets}
          fromMs={time.fromMs}
          toMs={time.toMs}
          everyMs={everyMs}
          word="event"
          onChoose={(fromMs, toMs) => go(withQuery({ t: timeText(fromMs, toMs) }))}
        />
      </section>
      <div class="explore-body">
        <FieldBar
          fields={fields}
          shown={events.length}
          columns={columns}
          question={question}
          onColumn={toggleColumn}
          onValue={filter}
        />
        <div class="explore-events">
          {events.length > 0 && (
            <EventTable events={events} columns={columns} current={at} onOpen={open} />
          )}
          {search.events.value === undefined && search.events.problem === undefined && (
            <p class="empty">Searching…</p>
          )}
          {search.events.value !== undefined && events.length === 0 && (
            <Nothing isAsked={query !== '' || index !== '*'} />
          )}
          {events.length >= limit && (
            <p class="explore-more">
              The newest {events.length.toLocaleString('en')} are shown.{' '}
              {limit < mostEvents ? (
                <button type="button" onClick={() => setLimit(Math.min(mostEvents, limit * 2))}>
                  Show more
                </button>
              ) : (
                'Narrow the query or the time to see others.'
              )}
            </p>
          )}
        </div>
        {opened !== '' && (
          <EventDrawer
            key={opened}
            index={openIndex}
            id={openId}
            onClose={close}
            onColumn={toggleColumn}
            onValue={filter}
          />
        )}
      </div>
    </div>
  )
}

function Nothing({ isAsked }: { readonly isAsked: boolean }) {
  return (
    <p class="empty">
      {isAsked ? 'No event of this time matches. ' : 'No events in this time. '}
      {isAsked && <a href={withQuery({ q: '', index: '', ev: '' })}>Without the query</a>}
      {isAsked && ' · '}
      <a href={withQuery({ t: 'now-90d..now' })}>Last 90 days</a>
    </p>
  )
}

function splitOnce(text: string): readonly [string, string] {
  const at = text.indexOf('/')
  return [text.slice(0, at), text.slice(at + 1)]
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const steps = [
  second,
  5 * second,
  15 * second,
  30 * second,
  minute,
  5 * minute,
  15 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  24 * hour,
]

/** A round step of which about a hundred fill the time. */
function stepFor(spanMs: number): number {
  return steps.find((step) => spanMs / step <= 120) ?? Math.ceil(spanMs / 120 / hour) * hour
}
