/** What may be done: send events, look, move alerts and write exceptions, give commands to hosts, change rules and keys. */
export type Permission = 'ingest' | 'read' | 'triage' | 'respond' | 'manage'

/** Who somebody is to a server, from least to most. */
export const roleNames = ['ingest', 'viewer', 'analyst', 'responder', 'admin'] as const

/** One of {@link roleNames}. */
export type Role = (typeof roleNames)[number]

const permissions: { readonly [role in Role]: readonly Permission[] } = {
  ingest: ['ingest'],
  viewer: ['read'],
  analyst: ['read', 'triage'],
  responder: ['read', 'triage', 'respond'],
  admin: ['ingest', 'read', 'triage', 'respond', 'manage'],
}

/** Whether a role may do that. */
export function mayDo(role: Role, permission: Permission): boolean {
  return permissions[role].includes(permission)
}

/** The roles that may do that, as a person reads them: `analyst or admin`. */
export function rolesThatMay(permission: Permission): string {
  return roleNames.filter((role) => mayDo(role, permission)).join(' or ')
}
