import { isIP } from 'node:net'

/**
 * Whether a Host header may be answered. A web page elsewhere can point a name of its own at this
 * machine (DNS rebinding), but it cannot make a browser send an address or `localhost` for that name:
 * so addresses and `localhost` are let in, and names only when they were allowed by the operator.
 */
export function isAllowedHost(
  header: string | undefined,
  allowedNames: readonly string[],
): boolean {
  // HTTP/1.0 has no Host header, and no browser speaks it.
  if (header === undefined) return true
  const name = hostNameOf(header)
  if (name === undefined) return false
  return name === 'localhost' || isIP(name) !== 0 || allowedNames.includes(name)
}

function hostNameOf(header: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/.exec(header.toLowerCase())
  return match?.[1] ?? match?.[2]
}
