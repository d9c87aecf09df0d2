import { visibleText } from '#base'
import type { WireAlertRow } from '#api'
import { counted, MachineText, Severity, Time } from '../../parts/text.tsx'

/** By what alerts can be put together. */
export const groupings = [
  ['rule', 'rule', ({ rule }: WireAlertRow) => [rule]],
  [
    'rule-new',
    'rule and new value',
    ({ rule, new_terms: terms }: WireAlertRow) => [rule, ...terms],
  ],
  ['host', 'host', ({ host }: WireAlertRow) => [host]],
  ['user', 'user', ({ user }: WireAlertRow) => [user]],
] as const

/** Alerts that belong together. */
export interface AlertGroup {
  readonly key: string
  readonly words: readonly string[]
  readonly rows: readonly WireAlertRow[]
}

const ranks = ['low', 'medium', 'high', 'critical']

/** The groups of rows, the largest first. */
export function groupsOf(rows: readonly WireAlertRow[], by: string): readonly AlertGroup[] {
  const [, , wordsOf] = groupings.find(([name]) => name === by) ?? groupings[0]
  const grouped = Map.groupBy(rows, (row) => JSON.stringify(wordsOf(row)))
  return [...grouped]
    .map(([key, members]) => ({ key, words: members[0] ? wordsOf(members[0]) : [], rows: members }))
    .toSorted((a, b) => b.rows.length - a.rows.length)
}

const shownAtOnce = 100

/** Groups to unfold; the box before each chooses all of it. */
export function AlertGroups({
  groups,
  current,
  open,
  selected,
  onToggleOpen,
  onSelect,
}: {
  readonly groups: readonly AlertGroup[]
  readonly current: number
  readonly open: ReadonlySet<string>
  readonly selected: ReadonlySet<string>
  readonly onToggleOpen: (key: string) => void
  readonly onSelect: (ids: readonly string[], isSelected: boolean) => void
}) {
  return (
    <div class="groups" tabIndex={0} role="region" aria-label="Groups of alerts">
      {groups.map((group, at) => {
        const { key, words, rows } = group
        const ids = rows.map(({ id }) => id)
        const isOpen = open.has(key)
        const worst = rows.toSorted(
          (a, b) => ranks.indexOf(b.severity) - ranks.indexOf(a.severity),
        )[0]
        return (
          <div key={key} class={`group${at === current ? ' is-current' : ''}`}>
            <div class="line">
              <input
                type="checkbox"
                aria-label={`Select the ${counted(rows.length, 'alert')} of ${words.map(visibleText).join(', ')}`}
                checked={ids.every((id) => selected.has(id))}
                onChange={(event) => onSelect(ids, event.currentTarget.checked)}
              />
              <button
                type="button"
                class="group-name"
                aria-expanded={isOpen}
                onClick={() => onToggleOpen(key)}
              >
                <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>{' '}
                {visibleText(words[0] ?? '') || 'none'}
              </button>
              {words.slice(1).map((word) => (
                <span key={word} class="chip warn">
                  new: {visibleText(word)}
                </span>
              ))}
              <span class="space" />
              {worst !== undefined && <Severity severity={worst.severity} />}
              <span class="muted">
                {counted(new Set(rows.map(({ host }) => host)).size, 'host')},{' '}
                {rows[0] !== undefined && <Time iso={rows[0].happened_at} />}
              </span>
              <strong>{rows.length.toLocaleString('en')}</strong>
            </div>
            {isOpen && (
              <ul>
                {rows.slice(0, shownAtOnce).map((row) => (
                  <li key={row.id}>
                    <a href={`/alerts/${row.id}`}>
                      <Time iso={row.happened_at} />
                    </a>{' '}
                    {visibleText(row.host)} <MachineText text={row.what} />
                  </li>
                ))}
                {rows.length > shownAtOnce && (
                  <li class="muted">and {rows.length - shownAtOnce} more</li>
                )}
              </ul>
            )}
          </div>
        )
      })}
    </div>
  )
}
