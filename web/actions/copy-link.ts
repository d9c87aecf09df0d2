import { tellDone } from '../frame/toast.tsx'

/** Copies the address of what is shown. */
export async function copyLink(): Promise<void> {
  await navigator.clipboard.writeText(location.href).then(
    () => tellDone('Link copied.'),
    () => tellDone('Not copied: the browser does not allow it.'),
  )
}
