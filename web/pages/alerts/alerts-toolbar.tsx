import { go, place, withQuery } from '../../frame/router.ts'
import { timeRanges } from '../../frame/time-range.ts'
import { groupings } from './alert-groups.tsx'
import { SavedViews } from './saved-views.tsx'
import type { AlertRows, AlertsAsked } from './use-alert-rows.ts'

const statuses = ['open', 'acknowledged', 'closed'] as const
const severities = ['critical', 'high', 'medium', 'low'] as const

/** Members of the address that leave alerts out. */
export const filterNames = ['severity', 'rule', 'host', 'q', 't'] as const

/** What an address asks for. */
export function askedOf(query: URLSearchParams): AlertsAsked {
  return {
    status: statuses.find((each) => each === query.get('status')) ?? 'open',
    severity: (query.get('severity') ?? '').split(',').filter(isSeverity),
    rule: query.get('rule') ?? '',
    host: query.get('host') ?? '',
    query: query.get('q') ?? '',
    time: query.get('t') ?? '',
  }
}

function isSeverity(word: string): word is (typeof severities)[number] {
  return severities.some((each) => each === word)
}

/** Status, severity, time, grouping, and saved views; all of it stands in the address. */
export function Toolbar({
  status,
  counts,
  isFiltered,
}: {
  readonly status: AlertsAsked['status']
  readonly counts: AlertRows['counts']
  readonly isFiltered: boolean
}) {
  const { query } = place.value
  const none = Object.fromEntries(filterNames.map((name) => [name, '']))
  const time = query.get('t') ?? ''
  return (
    <div class="line" role="group" aria-label="What is shown">
      {statuses.map((each) => (
        <a
          key={each}
          class="tab"
          href={withQuery({ status: each === 'open' ? '' : each })}
          aria-current={each === status ? 'true' : undefined}
        >
          {each} <b>{counts?.[each].toLocaleString('en') ?? ''}</b>
        </a>
      ))}
      <span class="space" />
      <Choice
        label="Severity"
        name="severity"
        value={query.get('severity') ?? ''}
        options={[
          ['', 'any'],
          ...severities.map((each) => [each, each] as const),
          ['critical,high', 'critical or high'],
        ]}
      />
      <Choice
        label="Time"
        name="t"
        value={time}
        options={[
          ['', 'any'],
          ...timeRanges,
          ...(time === '' || timeRanges.some(([text]) => text === time)
            ? []
            : [[time, 'a stretch'] as const]),
        ]}
      />
      <Choice
        label="Group"
        name="group"
        value={query.get('group') ?? ''}
        options={[['', 'none'], ...groupings.map(([name, label]) => [name, label] as const)]}
      />
      <SavedViews path="/alerts" />
      {isFiltered && (
        <a class="button" href={withQuery(none)}>
          Clear filter
        </a>
      )}
    </div>
  )
}

function Choice({
  label,
  name,
  value,
  options,
}: {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly options: readonly (readonly [value: string, label: string])[]
}) {
  return (
    <label>
      {label}{' '}
      <select
        value={value}
        onChange={(event) =>
          go(withQuery({ [name]: event.currentTarget.value }), { replace: true })
        }
      >
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}
