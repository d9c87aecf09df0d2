import type { CallMeaning } from './calls.ts'

/** What records that programs send are about, by their types, in the words that public rules ask for. */
export const meaningByRecord: { readonly [type: string]: CallMeaning } = {
  ...about('authentication', {
    USER_LOGIN: ['logged-in', 'start'],
    USER_LOGOUT: ['logged-out', 'end'],
    USER_AUTH: ['authenticated', 'info'],
    USER_ACCT: ['was-authorized', 'info'],
    USER_ERR: ['error', 'info'],
    LOGIN: ['changed-login-id-to', 'start'],
    CRED_ACQ: ['acquired-credentials', 'info'],
    CRED_DISP: ['disposed-credentials', 'info'],
    CRED_REFR: ['refreshed-credentials', 'info'],
  }),
  ...about('session', {
    USER_START: ['started-session', 'start'],
    USER_END: ['ended-session', 'end'],
  }),
  ...about('iam', {
    ADD_USER: ['added-user-account', 'user', 'creation'],
    DEL_USER: ['deleted-user-account', 'user', 'deletion'],
    ADD_GROUP: ['added-group-account-to', 'group', 'creation'],
    DEL_GROUP: ['deleted-group-account-from', 'group', 'deletion'],
    USER_CHAUTHTOK: ['changed-password', 'user', 'change'],
    USER_MGMT: ['modified-user-account', 'user', 'change'],
    GRP_MGMT: ['modified-group-account', 'group', 'change'],
    USER_ROLE_CHANGE: ['changed-role-to', 'user', 'change'],
  }),
  ...about('process', {
    USER_CMD: ['ran-command', 'start'],
    SERVICE_START: ['started-service', 'start'],
    SERVICE_STOP: ['stopped-service', 'end'],
    ANOM_ABEND: ['crashed-program', 'end'],
    SECCOMP: ['violated-seccomp-policy', 'info'],
    TTY: ['typed', 'info'],
    USER_TTY: ['typed', 'info'],
  }),
  ...about('configuration', {
    CONFIG_CHANGE: ['changed-audit-configuration', 'change'],
    DAEMON_START: ['started-audit', 'start'],
    DAEMON_END: ['shutdown-audit', 'end'],
    DAEMON_CONFIG: ['changed-auditd-configuration', 'change'],
    NETFILTER_CFG: ['loaded-firewall-rule-to', 'change'],
  }),
  ...about('host', {
    SYSTEM_BOOT: ['booted-system', 'start'],
    SYSTEM_SHUTDOWN: ['shutdown-system', 'end'],
    SYSTEM_RUNLEVEL: ['changed-to-runlevel', 'change'],
    TIME_ADJNTPVAL: ['changed-system-time', 'change'],
    TIME_INJOFFSET: ['changed-system-time', 'change'],
  }),
}

function about(
  category: string,
  meanings: { readonly [type: string]: readonly [action: string, ...type: readonly string[]] },
): { readonly [type: string]: CallMeaning } {
  return Object.fromEntries(
    Object.entries(meanings).map(([name, [action, ...type]]) => [name, { action, category, type }]),
  )
}
