/**
 * Index patterns with the concrete names behind the aliases of alerts: `.alerts-security.alerts-default`
 * also means `.internal.alerts-security.alerts-default-000001`.
 */
export function withAlertAliases(patterns: readonly string[]): readonly string[] {
  return patterns
    .flatMap((pattern) => pattern.split(','))
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '')
    .flatMap((pattern) => {
      const excluded = pattern.startsWith('-') ? '-' : ''
      const name = pattern.slice(excluded.length)
      if (!name.startsWith('.alerts-')) return [pattern]
      const concrete = `.internal${name}${name.endsWith('*') ? '' : '-*'}`
      return [pattern, `${excluded}${concrete}`]
    })
}
