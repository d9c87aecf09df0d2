import { useEffect, useState } from 'preact/hooks'
import type { WireAlertContext, WireExceptionPreview } from '#api'
import { api } from '../api.ts'
import { problemOf } from '../parts/use-loaded.ts'
import { addException } from './add-exception.ts'

/** An exception in the making: what it says, what it would have done, and whether it may be saved. */
export interface ExceptionDraft {
  readonly fields: WireAlertContext['exception_fields']
  readonly chosen: ReadonlySet<string>
  readonly toggle: (field: string) => void
  /** Days until it ends; empty: never. */
  readonly days: string
  readonly setDays: (days: string) => void
  /** The word that has to be typed where true positives would be hidden. */
  readonly word: string
  readonly setWord: (word: string) => void
  readonly needsWord: boolean
  readonly preview: WireExceptionPreview | undefined
  readonly problem: string | undefined
  /** What is to be thought of before it is saved. */
  readonly warnings: readonly string[]
  readonly isReady: boolean
  /** Gives whether it was saved. */
  readonly save: () => Promise<boolean>
}

/** What has to be typed to hide true positives. */
export const wordToRemove = 'remove'

/** A draft from the fields of an alert, asked of past alerts whenever it changes; what came with the alert is not asked for again. */
export function useExceptionDraft(
  alertId: string,
  ruleId: string,
  {
    exception_fields: fields,
    exception_preview: first,
  }: Pick<WireAlertContext, 'exception_fields' | 'exception_preview'>,
): ExceptionDraft {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set(fields.filter(({ suggested }) => suggested).map(({ field }) => field)),
  )
  const [days, setDays] = useState('30')
  const [word, setWord] = useState('')
  const [problem, setProblem] = useState<string>()
  const [preview, setPreview] = useState<WireExceptionPreview | undefined>(first)
  const picked = fields.filter(({ field }) => chosen.has(field))
  const entries = picked.map(({ field, value }) => ({
    field,
    value,
    type: 'match',
    operator: 'included',
  }))
  const isAsSuggested = fields.every(({ field, suggested }) => chosen.has(field) === suggested)
  useEffect(() => {
    const known = isAsSuggested ? first : undefined
    setPreview(known)
    setProblem(undefined)
    if (known !== undefined) return
    if (entries.length === 0) return
    const over = new AbortController()
    api
      .previewAlertException({ id: alertId, body: { entries } }, over.signal)
      .then(setPreview, (thrown: unknown) => {
        if (!over.signal.aborted) setProblem(problemOf(thrown))
      })
    return () => over.abort()
  }, [alertId, JSON.stringify(entries), first])

  const needsWord = (preview?.true_positives ?? 0) > 0
  const isReady = preview?.matches_own === true && (!needsWord || word === wordToRemove)
  return {
    fields,
    chosen,
    toggle(field) {
      const next = new Set(chosen)
      if (!next.delete(field)) next.add(field)
      setChosen(next)
    },
    days,
    setDays,
    word,
    setWord,
    needsWord,
    preview,
    problem,
    warnings: warningsOf(picked, preview),
    isReady,
    async save() {
      if (!isReady) return false
      try {
        await addException({
          ruleId,
          name: picked.map(({ value }) => value.slice(0, 80)).join(', '),
          entries,
          expiresInDays: days === '' ? undefined : Number(days),
          closes: preview.removed_ids,
        })
        return true
      } catch (thrown) {
        setProblem(problemOf(thrown))
        return false
      }
    },
  }
}

function warningsOf(
  picked: WireAlertContext['exception_fields'],
  preview: WireExceptionPreview | undefined,
): readonly string[] {
  const [only] = picked
  const isNameAlone = picked.length === 1 && only?.field === 'process.name'
  const { total = 0, removed = 0 } = preview ?? {}
  return [
    ...(isNameAlone
      ? ['A name alone is easy to take: whoever calls a program so stays unseen.']
      : []),
    ...(total >= 5 && removed > total * 0.8
      ? ['That is nearly all the rule tells: rather switch the rule off?']
      : []),
  ]
}
