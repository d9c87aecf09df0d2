/** Where clients put a secret: as it is, as the key of `id:key`, as the password of Basic. */
export function secretsOf(header: string | undefined): readonly string[] {
  const match = /^(Bearer|ApiKey|Basic)\s+(\S+)\s*$/i.exec(header ?? '')
  const [, scheme = '', credentials = ''] = match ?? []
  if (match === null) return []
  const decoded = Buffer.from(credentials, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const key = colon < 0 ? [] : [decoded.slice(colon + 1)]
  return scheme.toLowerCase() === 'basic' ? key : [credentials, ...key]
}
