import { useEffect, useState } from 'preact/hooks'
import { visibleText } from '#base'
import type { WireAlert, WireAlertContext, WireExceptionPreview } from '#api'
import { addException } from '../../actions/add-exception.ts'
import { api } from '../../api.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { counted, Problem } from '../../parts/text.tsx'
import { problemOf } from '../../parts/use-loaded.ts'
import { valueOf } from './fields-of.ts'

const expiries = [
  ['7', '7 days'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['', 'never'],
] as const

/** An exception made of what the alert shows, with what it would have kept from being told. */
export function ExceptionSheet({
  alert,
  fields,
  onClose,
  onDone,
}: {
  readonly alert: WireAlert
  readonly fields: WireAlertContext['exception_fields']
  readonly onClose: () => void
  readonly onDone: () => void
}) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set(fields.filter(({ suggested }) => suggested).map(({ field }) => field)),
  )
  const [days, setDays] = useState('30')
  const [word, setWord] = useState('')
  const [problem, setProblem] = useState<string>()
  const [preview, setPreview] = useState<WireExceptionPreview>()
  const picked = fields.filter(({ field }) => chosen.has(field))
  const entries = picked.map(({ field, value }) => ({
    field,
    value,
    type: 'match',
    operator: 'included',
  }))
  const key = JSON.stringify(entries)
  useEffect(() => {
    setPreview(undefined)
    if (entries.length === 0) return
    const over = new AbortController()
    api
      .previewAlertException({ id: alert.id, body: { entries } }, over.signal)
      .then(setPreview, (thrown: unknown) => {
        if (!over.signal.aborted) setProblem(problemOf(thrown))
      })
    return () => over.abort()
  }, [key])

  const needsWord = (preview?.true_positives ?? 0) > 0
  const isReady = preview?.matches_own === true && (!needsWord || word === 'remove')
  const toggle = (field: string): void => {
    const next = new Set(chosen)
    if (!next.delete(field)) next.add(field)
    setChosen(next)
  }
  const save = async (): Promise<void> => {
    if (!isReady) return
    try {
      await addException({
        ruleId: valueOf(alert.document, 'kibana.alert.rule.uuid'),
        name: picked.map(({ value }) => value.slice(0, 80)).join(', '),
        entries,
        expiresInDays: days === '' ? undefined : Number(days),
        closes: preview.removed_ids,
      })
      onDone()
    } catch (thrown) {
      setProblem(problemOf(thrown))
    }
  }
  return (
    <Dialog title="Exception for this rule" isOpen onClose={onClose}>
      <form
        class="sheet"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.ctrlKey) void save()
        }}
      >
        <p>The rule stays silent when all of these hold:</p>
        {fields.map(({ field, value }, at) => (
          <label key={field} class="check">
            <input
              type="checkbox"
              checked={chosen.has(field)}
              onChange={() => toggle(field)}
              autofocus={at === 0}
            />
            <span>
              <code>{field}</code> is <code>{visibleText(value.slice(0, 200))}</code>
            </span>
          </label>
        ))}
        <Effect preview={preview} isEmpty={entries.length === 0} />
        {needsWord && (
          <label>
            It hides alerts that were true positives. Type <code>remove</code> to go on:{' '}
            <input
              type="text"
              value={word}
              onInput={(event) => setWord(event.currentTarget.value)}
            />
          </label>
        )}
        <div class="line">
          <label>
            Expires after{' '}
            <select value={days} onChange={(event) => setDays(event.currentTarget.value)}>
              {expiries.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </label>
          <span class="space" />
          <button
            type="submit"
            class="primary"
            disabled={!isReady}
            aria-keyshortcuts="Control+Enter"
          >
            Add, and close what it hides <kbd aria-hidden="true">Ctrl ↵</kbd>
          </button>
        </div>
        {problem !== undefined && <Problem text={problem} />}
      </form>
    </Dialog>
  )
}

function Effect({
  preview,
  isEmpty,
}: {
  readonly preview: WireExceptionPreview | undefined
  readonly isEmpty: boolean
}) {
  if (isEmpty) return <p class="muted">Choose at least one.</p>
  if (preview === undefined) return <p class="muted">Looking at past alerts…</p>
  const { removed, total, true_positives: truePositives } = preview
  const isBroad = total >= 5 && removed > total * 0.8
  return (
    <div aria-live="polite">
      <p>
        Would have removed <strong>{removed}</strong> of {counted(total, 'alert')} in 30 days,{' '}
        <strong>{truePositives}</strong> of them true positives.
      </p>
      {!preview.matches_own && (
        <p class="problem">
          It does not fit this alert: {preview.failing.map(visibleText).join(', ')} does not match.
        </p>
      )}
      {isBroad && (
        <p class="chip warn">That is nearly all the rule tells: rather switch the rule off?</p>
      )}
    </div>
  )
}
