import type { ExceptionDraft } from '../../actions/use-exception-draft.ts'
import { DraftFields, Expiry } from './exception-draft.tsx'

/** What would make the alert go away for good, with its effect, before anything is pressed. */
export function IfExpected({
  draft,
  isLearnt,
  onDone,
}: {
  readonly draft: ExceptionDraft
  /** The rule looks for new values, and knows this one by now. */
  readonly isLearnt: boolean
  readonly onDone: () => void
}) {
  const save = async (): Promise<void> => {
    if (await draft.save()) onDone()
  }
  return (
    <section aria-labelledby="expected">
      <h2 id="expected" class="line">
        If it is expected: exception preview <span class="space" />
        <span class="chip">this rule only</span>
      </h2>
      <DraftFields draft={draft} label="What an exception would say" />
      {isLearnt && <p class="chip warn">Likely not needed: the rule knows this value now</p>}
      <div class="line">
        <button type="button" disabled={!draft.isReady} onClick={() => void save()}>
          Add, and close what it hides
        </button>
        <Expiry draft={draft} />
      </div>
    </section>
  )
}
