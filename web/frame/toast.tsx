import { signal } from '@preact/signals'

/** Something that was done, and how to take it back. */
interface Toast {
  readonly text: string
  readonly undo: (() => Promise<void>) | undefined
}

const toast = signal<Toast | undefined>(undefined)
let timer: ReturnType<typeof setTimeout> | undefined

/** Shows for 30 seconds what was done; `undo` takes it back by the button or the key z. */
export function tellDone(text: string, undo?: () => Promise<void>): void {
  toast.value = { text, undo }
  clearTimeout(timer)
  timer = setTimeout(() => {
    toast.value = undefined
  }, 30_000)
}

/** Takes back what was done last, while that is told of. */
export async function undoLast(): Promise<void> {
  const { undo } = toast.value ?? {}
  if (undo === undefined) return
  toast.value = undefined
  await undo()
  tellDone('Taken back.')
}

/** Where it is told what was done: a polite live region. */
export function Toaster() {
  const { text, undo } = toast.value ?? {}
  return (
    <div class="toaster" role="status" aria-live="polite">
      {text !== undefined && (
        <p class="toast">
          {text}{' '}
          {undo !== undefined && (
            <button type="button" onClick={() => void undoLast()} aria-keyshortcuts="z">
              Undo <kbd aria-hidden="true">z</kbd>
            </button>
          )}
        </p>
      )}
    </div>
  )
}
