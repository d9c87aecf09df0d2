import { signal } from '@preact/signals'

/** The list that an alert was opened from: its ids in their order, and the address that shows it again. */
export const lastList = signal<{ readonly ids: readonly string[]; readonly href: string }>({
  ids: [],
  href: '/alerts',
})
