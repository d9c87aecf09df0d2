import { visibleText } from '#base'
import { wordToRemove, type ExceptionDraft } from '../../actions/use-exception-draft.ts'
import { counted, MachineText, Problem, Time } from '../../parts/text.tsx'

const expiries = [
  ['7', '7 days'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['', 'never'],
] as const

/** The fields of a draft, with what it would have done, live. */
export function DraftFields({
  draft,
  label,
  isFocused = false,
}: {
  readonly draft: ExceptionDraft
  readonly label: string
  /** The first field gets the focus. */
  readonly isFocused?: boolean
}) {
  const isMain = ({ field, suggested }: Field): boolean =>
    suggested || draft.chosen.has(field) || field === 'host.name' || field === 'user.name'
  const more = draft.fields.filter((field) => !isMain(field))
  return (
    <>
      <div class="draft" role="group" aria-label={label}>
        {draft.fields.filter(isMain).map((field, at) => (
          <Choice key={field.field} draft={draft} field={field} isFocused={isFocused && at === 0} />
        ))}
        {more.length > 0 && (
          <details>
            <summary>More fields</summary>
            {more.map((field) => (
              <Choice key={field.field} draft={draft} field={field} isFocused={false} />
            ))}
          </details>
        )}
      </div>
      <Effect draft={draft} />
      {draft.needsWord && (
        <label>
          It hides alerts that were true positives. Type <code>{wordToRemove}</code> to go on:{' '}
          <input
            type="text"
            value={draft.word}
            onInput={(event) => draft.setWord(event.currentTarget.value)}
          />
        </label>
      )}
      {draft.problem !== undefined && <Problem text={draft.problem} />}
    </>
  )
}

type Field = ExceptionDraft['fields'][number]

function Choice({
  draft,
  field: { field, value },
  isFocused,
}: {
  readonly draft: ExceptionDraft
  readonly field: Field
  readonly isFocused: boolean
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={draft.chosen.has(field)}
        onChange={() => draft.toggle(field)}
        autofocus={isFocused}
      />
      <span>
        <code>{field}</code> is <code>{visibleText(value.slice(0, 200))}</code>
      </span>
    </label>
  )
}

/** When a draft ends. */
export function Expiry({ draft }: { readonly draft: ExceptionDraft }) {
  return (
    <label>
      Expires after{' '}
      <select value={draft.days} onChange={(event) => draft.setDays(event.currentTarget.value)}>
        {expiries.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

function Effect({ draft: { preview, chosen, warnings } }: { readonly draft: ExceptionDraft }) {
  if (chosen.size === 0) return <p class="muted">Choose at least one.</p>
  if (preview === undefined) return <p class="muted">Looking at past alerts…</p>
  const { removed, total, true_positives: truePositives } = preview
  return (
    <div class="effect" aria-live="polite">
      <progress max={Math.max(1, total)} value={removed} aria-label="Share of the rule’s alerts" />
      <p>
        Would have removed <strong>{removed}</strong> of {counted(total, 'alert')} in 30 days,{' '}
        <strong>{truePositives}</strong> of them true positives.
      </p>
      {!preview.matches_own && (
        <p class="problem">
          It does not fit this alert: {preview.failing.map(visibleText).join(', ')} does not match.
        </p>
      )}
      {warnings.map((warning) => (
        <p key={warning} class="chip warn">
          {warning}
        </p>
      ))}
      {preview.sample.length > 0 && (
        <details>
          <summary>Which</summary>
          <ul class="activity">
            {preview.sample.map((row) => (
              <li key={row.id}>
                <a href={`/alerts/${row.id}`}>
                  <Time iso={row.happened_at} />
                </a>{' '}
                {visibleText(row.host)} <MachineText text={row.what.slice(0, 120)} />
              </li>
            ))}
            {removed > preview.sample.length && (
              <li class="muted">and {removed - preview.sample.length} more</li>
            )}
          </ul>
        </details>
      )}
    </div>
  )
}
