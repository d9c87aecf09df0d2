import { signal } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'
import { Dialog } from '../parts/dialog.tsx'

/** What a key does where it is valid. */
export interface KeyBinding {
  /** As the browser names it (`j`, `Enter`, `?`), after a `g` with a space between (`g a`). */
  readonly key: string
  readonly label: string
  readonly run: () => void
}

const layers = signal<readonly (readonly KeyBinding[])[]>([])
/** Single keys can be switched off: not everybody means them. */
export const keysOn = signal(localStorage.getItem('keys') !== 'off')
const sheetOpen = signal(false)
let pending = ''

/** Switches the single keys on or off, for this browser. */
export function setKeysOn(on: boolean): void {
  keysOn.value = on
  localStorage.setItem('keys', on ? 'on' : 'off')
}

/** Makes keys valid while a part of the page is shown; later ones come before earlier. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  // Before the next stroke, and not after the next paint: people type faster than that.
  useLayoutEffect(() => {
    layers.value = [bindings, ...layers.peek()]
    return () => {
      layers.value = layers.peek().filter((layer) => layer !== bindings)
    }
  }, [bindings])
}

/** Shows what the keys do. */
export function showKeys(): void {
  sheetOpen.value = true
}

/** Listens for keys; not while somebody writes, and not while a dialog is open. */
export function listenForKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (!keysOn.value || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) {
      return
    }
    const [target = null] = event.composedPath()
    if (isWriting(target) || document.querySelector('dialog[open]') !== null) return
    const pressed = pending === '' ? event.key : `${pending} ${event.key}`
    const binding = layers.value.flat().find(({ key }) => key === pressed)
    pending = binding === undefined && event.key === 'g' ? 'g' : ''
    if (binding === undefined) return
    if (event.key === 'Enter' && isControl(event.target)) return
    event.preventDefault()
    binding.run()
  })
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    // The query editor writes into an element of its own, in a shadow root.
    (target instanceof HTMLElement && target.isContentEditable) ||
    (target instanceof HTMLInputElement && target.type !== 'checkbox')
  )
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement
}

/** The keys that are valid now. */
export function KeySheet() {
  const close = () => (sheetOpen.value = false)
  return (
    <Dialog title="Keys" isOpen={sheetOpen.value} onClose={close}>
      <table class="keys">
        <tbody>
          {layers.value.flat().map(({ key, label }) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{label}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <label class="check">
        <input
          type="checkbox"
          checked={keysOn.value}
          onChange={(event) => setKeysOn(event.currentTarget.checked)}
        />
        Single keys are on
      </label>
    </Dialog>
  )
}
