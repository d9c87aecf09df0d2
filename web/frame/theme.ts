import { effect, signal } from '@preact/signals'

const themes = ['system', 'light', 'dark'] as const

/** How the page looks, kept for this browser. */
export type Theme = (typeof themes)[number]

/** The theme in force. */
export const theme = signal<Theme>(
  themes.find((each) => each === localStorage.getItem('theme')) ?? 'system',
)

effect(() => {
  localStorage.setItem('theme', theme.value)
  if (theme.value === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme.value
})

/** From the system's to light to dark and round again. */
export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'system'
}
