import { visibleText, type JsonObject } from '#base'
import type { WireException } from '#api'
import { endException, removeException } from '../../actions/change-exception.ts'
import { api } from '../../api.ts'
import { go, place, withQuery } from '../../frame/router.ts'
import { may } from '../../frame/session.ts'
import { agoOf, counted, Problem, Time } from '../../parts/text.tsx'
import { useLoaded } from '../../parts/use-loaded.ts'
import './exceptions.css'

const shows = [
  ['all', 'All', () => true],
  ['active', 'At work', ({ verdict }: WireException) => verdict === 'active'],
  [
    'dead',
    'Without effect',
    ({ verdict }: WireException) => verdict === 'never-matched' || verdict === 'stale',
  ],
  ['expired', 'Expired', ({ verdict }: WireException) => verdict === 'expired'],
  ['hiding', 'Hides true positives', (item: WireException) => item.true_positives > 0],
] as const

const verdicts: { readonly [verdict in WireException['verdict']]: readonly [string, string] } = {
  active: ['at work', 'ok'],
  'never-matched': ['never matched', 'warn'],
  stale: ['no match for 30 days', 'warn'],
  expired: ['expired', ''],
  'left-to-endpoints': ['applied on endpoints', ''],
  'not-applied': ['no rule names its list', 'warn'],
}

/** Every exception: what it keeps away, whether it still does, and what it would hide. */
export function ExceptionsPage() {
  const { value, problem, reload } = useLoaded('exceptions', (signal) =>
    api.listExceptions({}, signal),
  )
  const asked = place.value.query.get('show') ?? 'all'
  const [, , fits] = shows.find(([name]) => name === asked) ?? shows[0]
  const items = (value?.items ?? []).filter((item) => fits(item))
  return (
    <div class="exceptions">
      <div class="line">
        <h1>Exceptions</h1>
        <span class="space" />
        <label>
          Show{' '}
          <select
            value={asked}
            onChange={(event) => {
              const { value: chosen } = event.currentTarget
              go(withQuery({ show: chosen === 'all' ? '' : chosen }), { replace: true })
            }}
          >
            {shows.map(([name, label, isIn]) => (
              <option key={name} value={name}>
                {label} ({(value?.items ?? []).filter((item) => isIn(item)).length})
              </option>
            ))}
          </select>
        </label>
      </div>
      {problem !== undefined && <Problem text={problem} onRetry={reload} />}
      {value === undefined && problem === undefined && <p class="muted">Reviewing…</p>}
      {value !== undefined && items.length === 0 && (
        <p class="empty">
          {value.items.length === 0
            ? 'No exceptions yet. Press m on an alert to make one of it.'
            : 'None of these.'}
        </p>
      )}
      {items.map((item, at) => (
        <Card
          key={`${item.list_id} ${item.item_id}`}
          item={item}
          label={labelOf(items, at)}
          onChanged={reload}
        />
      ))}
      {value !== undefined && value.items.length > 0 && (
        <p class="muted">
          True positives were looked for in {counted(value.alerts_looked_at, 'alert')}.
        </p>
      )}
    </div>
  )
}

/** A name by which one is told from the others: several may have the same. */
function labelOf(items: readonly WireException[], at: number): string {
  const name = items[at]?.name ?? ''
  const isFirst = items.findIndex((each) => each.name === name) === at
  return visibleText(isFirst ? name : `${name}, ${at + 1}`)
}

function Card({
  item,
  label,
  onChanged,
}: {
  readonly item: WireException
  readonly label: string
  readonly onChanged: () => void
}) {
  const [word, tone] = verdicts[item.verdict]
  const isBroad = item.entries.length === 1 && item.entries[0]?.['field'] === 'process.name'
  return (
    <section aria-label={label}>
      <div class="line">
        <h2>{visibleText(item.name)}</h2>
        <span class={`chip ${tone}`}>{word}</span>
        {item.true_positives > 0 && (
          <span class="chip bad">hides {counted(item.true_positives, 'true positive')}</span>
        )}
        {isBroad && <span class="chip warn">broad: a name alone</span>}
        <span class="space" />
        {may('triage') && <Verbs item={item} onChanged={onChanged} />}
      </div>
      <ul class="entries">
        {item.entries.map((entry, at) => (
          <li key={at}>
            <Entry entry={entry} />
          </li>
        ))}
      </ul>
      <p class="muted line">
        <span>
          {item.matches === 0
            ? 'kept nothing away'
            : `kept ${counted(item.matches, 'event')} away, last ${agoOf(Date.now() - Date.parse(item.last_match ?? ''))}`}
        </span>
        <span>
          {item.expire_time === undefined ? (
            'never ends'
          ) : (
            <>
              {item.verdict === 'expired' ? 'ended' : 'ends'} <Time iso={item.expire_time} />
            </>
          )}
        </span>
        {item.age_days !== undefined && (
          <span>
            {item.age_days < 1 ? 'made today' : `made ${Math.floor(item.age_days)} d ago`}
          </span>
        )}
        {item.true_positive_alerts.map((id) => (
          <a key={id} href={`/alerts/${id}`}>
            true positive {id.slice(0, 8)}
          </a>
        ))}
        {item.rules.map(({ id, name }) => (
          <a key={id} href={`/rules/${id}`}>
            {visibleText(name)}
          </a>
        ))}
      </p>
    </section>
  )
}

function Verbs({
  item,
  onChanged,
}: {
  readonly item: WireException
  readonly onChanged: () => void
}) {
  return (
    <>
      <button type="button" onClick={() => void endException(item, 30, onChanged)}>
        {item.verdict === 'expired' ? 'On for 30 days' : '30 days from now'}
      </button>
      {item.expire_time !== undefined && (
        <button type="button" onClick={() => void endException(item, undefined, onChanged)}>
          Never end
        </button>
      )}
      {item.verdict !== 'expired' && (
        <button type="button" onClick={() => void endException(item, 0, onChanged)}>
          Switch off
        </button>
      )}
      <button type="button" onClick={() => void removeException(item, onChanged)}>
        Remove
      </button>
    </>
  )
}

/** An entry in words: field, whether it is or is not, and what. */
function Entry({ entry }: { readonly entry: JsonObject }) {
  const value = entry['value'] ?? entry['list'] ?? entry['entries'] ?? ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const not = entry['operator'] === 'excluded' ? 'not ' : ''
  const relation = { match: 'is', match_any: 'is one of', wildcard: 'is like', exists: 'exists' }
  const type = String(entry['type'])
  const words = Object.entries(relation).find(([name]) => name === type)?.[1] ?? type
  return (
    <>
      <code>{visibleText(String(entry['field']))}</code> {not}
      {words} {text !== '""' && text !== '' && <code>{visibleText(text.slice(0, 500))}</code>}
    </>
  )
}
