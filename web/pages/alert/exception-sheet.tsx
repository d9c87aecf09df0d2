import type { ExceptionDraft } from '../../actions/use-exception-draft.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { DraftFields, Expiry } from './exception-draft.tsx'

/** An exception made of what the alert shows, with what it would have kept from being told. */
export function ExceptionSheet({
  draft,
  onClose,
  onDone,
}: {
  readonly draft: ExceptionDraft
  readonly onClose: () => void
  readonly onDone: () => void
}) {
  const save = async (): Promise<void> => {
    if (await draft.save()) onDone()
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
        <DraftFields draft={draft} label="What the exception says" isFocused />
        <div class="line">
          <Expiry draft={draft} />
          <span class="space" />
          <button
            type="submit"
            class="primary"
            disabled={!draft.isReady}
            aria-keyshortcuts="Control+Enter"
          >
            Add, and close what it hides <kbd aria-hidden="true">Ctrl ↵</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  )
}
