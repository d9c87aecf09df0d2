import { addressIn, numberIn, type EcsFields } from '../ecs-document.ts'

/** What programs that let people in, and keep their accounts, say in the system's log. */
interface MessageForm {
  /** The programs that write it. */
  readonly programs: RegExp
  readonly text: RegExp
  /** From the named groups of `text`. */
  fields(groups: { readonly [name: string]: string | undefined }): EcsFields
}

const address = '(?<ip>[\\d.:a-fA-F]{2,45})'

const forms: readonly MessageForm[] = [
  {
    programs: /^sshd/,
    text: new RegExp(
      `^(?<event>Accepted|Failed) (?<method>\\S+) for (?:invalid user )?(?<user>\\S*) from ${address} port (?<port>\\d+)(?: ssh2?(?:: (?<signature>.+))?)?`,
    ),
    fields: ({ event, method, user, ip, port, signature }) => ({
      ...login({ user, ip, port, isGood: event === 'Accepted' }),
      'system.auth.ssh.event': event,
      'system.auth.ssh.method': method,
      'system.auth.ssh.signature': signature,
    }),
  },
  {
    programs: /^sshd/,
    text: new RegExp(`^Invalid user (?<user>\\S*) from ${address}(?: port (?<port>\\d+))?`),
    fields: ({ user, ip, port }) => ({
      ...login({ user, ip, port, isGood: false }),
      'system.auth.ssh.event': 'Invalid',
    }),
  },
  {
    programs: /./,
    text: /^pam_unix\((?<service>[^:)]+):session\): session (?<event>opened|closed) for user (?<user>[^\s(]+)(?:\(uid=(?<uid>\d+)\))?(?: by (?<by>[^\s(]+))?/,
    fields: ({ service, event, user, uid, by }) => ({
      ...kind('session', event === 'opened' ? 'started-session' : 'ended-session', [
        event === 'opened' ? 'start' : 'end',
      ]),
      ...who(user, uid),
      'related.user': by === undefined ? undefined : [by],
      'service.name': service,
      'event.outcome': 'success',
    }),
  },
  {
    programs: /./,
    text: /^pam_unix\((?<service>[^:)]+):auth\): authentication failure;.*?\bruser=(?<by>\S*) rhost=(?<host>\S*)(?:\s+user=(?<user>\S+))?/,
    fields: ({ service, by, host, user }) => ({
      ...kind('authentication', 'authenticated', ['info'], 'failure'),
      ...who(user ?? by),
      'source.address': host,
      'source.ip': addressIn(host),
      'service.name': service,
    }),
  },
  {
    programs: /^sudo/,
    text: /^\s*(?<by>\S+) : (?:(?<error>[^;=]+?) ; )?TTY=(?<tty>[^;]*?) ; PWD=(?<pwd>[^;]*?) ; USER=(?<user>[^;]*?)(?: ; \w+=[^;]*?)* ; COMMAND=(?<command>.*)$/,
    fields: ({ by, error, tty, pwd, user, command }) => ({
      ...kind('process', 'ran-command', ['info'], error === undefined ? 'success' : 'failure'),
      ...who(by),
      'user.effective.name': user,
      'system.auth.sudo.error': error,
      'system.auth.sudo.tty': tty,
      'system.auth.sudo.pwd': pwd,
      'system.auth.sudo.user': user,
      'system.auth.sudo.command': command,
    }),
  },
  {
    programs: /^su$/,
    text: /^(?<event>Successful|FAILED) su for (?<user>\S+) by (?<by>\S+)/i,
    fields: ({ event, user, by }) => ({
      ...kind(
        'authentication',
        'changed-user',
        ['info'],
        event === 'Successful' ? 'success' : 'failure',
      ),
      ...who(by),
      'user.effective.name': user,
    }),
  },
  {
    programs: /^useradd$/,
    text: /^new user: name=(?<user>[^,]+), UID=(?<uid>\d+), GID=(?<gid>\d+), home=(?<home>[^,]*), shell=(?<shell>[^,]*)/,
    fields: ({ user, uid, gid, home, shell }) => ({
      ...kind('iam', 'added-user-account', ['user', 'creation'], 'success'),
      ...who(user, uid),
      'group.id': gid,
      'system.auth.useradd.home': home,
      'system.auth.useradd.shell': shell,
    }),
  },
  {
    programs: /^(groupadd|useradd)$/,
    text: /^new group: name=(?<group>[^,]+), GID=(?<gid>\d+)/,
    fields: ({ group, gid }) => ({
      ...kind('iam', 'added-group-account-to', ['group', 'creation'], 'success'),
      'group.name': group,
      'group.id': gid,
    }),
  },
  {
    programs: /^userdel$/,
    text: /^delete user '(?<user>[^']+)'/,
    fields: ({ user }) => ({
      ...kind('iam', 'deleted-user-account', ['user', 'deletion'], 'success'),
      ...who(user),
    }),
  },
  {
    programs: /^(groupdel|userdel)$/,
    text: /^(?:removed group|group) '(?<group>[^']+)' removed\b/,
    fields: ({ group }) => ({
      ...kind('iam', 'deleted-group-account-from', ['group', 'deletion'], 'success'),
      'group.name': group,
    }),
  },
  {
    programs: /^(usermod|gpasswd)$/,
    text: /^(?:add '(?<user>[^']+)' to (?:shadow )?group '(?<group>[^']+)'|user (?<other>\S+) added by \S+ to group (?<there>\S+))/,
    fields: ({ user, group, other, there }) => ({
      ...kind('iam', 'added-user-to-group', ['user', 'change'], 'success'),
      ...who(user ?? other),
      'group.name': group ?? there,
    }),
  },
  {
    programs: /^(passwd|chpasswd|usermod)$/,
    text: /^(?:pam_unix\([^)]*chauthtok\): password changed for (?<user>\S+)|change user '(?<other>[^']+)' password)/,
    fields: ({ user, other }) => ({
      ...kind('iam', 'changed-password', ['user', 'change'], 'success'),
      ...who(user ?? other),
    }),
  },
  {
    programs: /^systemd-logind$/,
    text: /^New session (?<session>\S+) of user (?<user>[^\s.]+)/,
    fields: ({ user }) => ({
      ...kind('session', 'started-session', ['start'], 'success'),
      ...who(user),
    }),
  },
]

/** Programs whose other messages belong beside these. */
const loginPrograms =
  /^(sshd|sudo|su|login|useradd|userdel|usermod|groupadd|groupdel|groupmod|gpasswd|passwd|chpasswd|systemd-logind|polkitd|CRON|cron)/

/** What a message of a program is about; undefined for programs that have nothing to do with logging in. */
export function loginFields(program: string, message: string): EcsFields | undefined {
  // Nothing that is asked for stands further behind; whoever tries to log in chooses part of the text.
  const text = message.slice(0, 2_048)
  for (const form of forms) {
    if (!form.programs.test(program)) continue
    const groups = form.text.exec(text)?.groups
    if (groups !== undefined) return form.fields(groups)
  }
  return loginPrograms.test(program) ? {} : undefined
}

function kind(
  category: string,
  action: string,
  type: readonly string[],
  outcome?: string,
): EcsFields {
  return {
    'event.category': [category],
    'event.action': action,
    'event.type': type,
    'event.outcome': outcome,
  }
}

function who(name: string | undefined, id?: string): EcsFields {
  return { 'user.name': name, 'user.id': id }
}

function login({
  user,
  ip,
  port,
  isGood,
}: {
  readonly user: string | undefined
  readonly ip: string | undefined
  readonly port: string | undefined
  readonly isGood: boolean
}): EcsFields {
  const outcome = isGood ? 'success' : 'failure'
  return {
    ...kind('authentication', 'ssh_login', [isGood ? 'start' : 'info'], outcome),
    'event.category': isGood ? ['authentication', 'session'] : ['authentication'],
    ...who(user),
    'related.user': user === undefined || user === '' ? undefined : [user],
    'source.address': ip,
    'source.ip': addressIn(ip),
    'source.port': numberIn(port),
  }
}
