import { visibleText } from '#base'

/** What a machine said, with control and direction characters as escapes. It is text and never markup. */
export function MachineText({
  text,
  lines = false,
}: {
  readonly text: string
  readonly lines?: boolean
}) {
  const shown = lines ? text.split('\n').map(visibleText).join('\n') : visibleText(text)
  return <span class="m">{shown}</span>
}

/** How bad, as word and shape and colour. */
export function Severity({
  severity,
  risk,
}: {
  readonly severity: string
  readonly risk?: number
}) {
  const shape = { critical: '◆', high: '◆', medium: '●', low: '○' }[severity] ?? '·'
  return (
    <span class={`chip sev-${severity}`}>
      <span aria-hidden="true">{shape}</span> {severity}
      {risk === undefined ? '' : ` ${risk}`}
    </span>
  )
}

/** A point in time, in UTC, and how long ago that is. */
export function Time({ iso }: { readonly iso: string }) {
  const ms = Date.parse(iso)
  if (Number.isNaN(ms)) return <span>{iso}</span>
  const utc = new Date(ms).toISOString()
  return (
    <time dateTime={utc} title={`${utc} · ${agoOf(Date.now() - ms)}`}>
      {utc.slice(0, 10) === new Date().toISOString().slice(0, 10)
        ? utc.slice(11, 19)
        : utc.slice(5, 16).replace('T', ' ')}
    </time>
  )
}

/** How long ago, in the largest unit that fits. */
export function agoOf(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 0) return 'ahead of this clock'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`
  return `${Math.floor(seconds / 86_400)} d ago`
}

/** A count with its word: `1 alert`, `12 alerts`. */
export function counted(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`
}

/** What went wrong, and a way to try again. */
export function Problem({
  text,
  onRetry,
}: {
  readonly text: string
  readonly onRetry?: () => void
}) {
  return (
    <p class="problem" role="alert">
      {visibleText(text)}{' '}
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </p>
  )
}
