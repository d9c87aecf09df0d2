import { expect, test } from 'vitest'
import { type EntryCandidate, entryTypeOf, sourceIpOf } from './entry-leader.ts'

const pty = { major: 136, minor: 0 }
const leader: EntryCandidate = {
  pid: 500,
  ppid: 400,
  sid: 500,
  tty: undefined,
  name: 'bash',
  parentName: 'sh',
}

const entries: readonly (readonly [string, Partial<EntryCandidate>, string | undefined])[] = [
  ['pid 1 has no entry', { pid: 1, sid: 1, ppid: 0 }, undefined],
  ['a member of a session is no entry', { sid: 400, parentName: 'sshd' }, undefined],
  ['a leader without a special parent is no entry by itself', {}, undefined],
  ['a service is started by init', { ppid: 1 }, 'init'],
  ['a session leader on a serial line', { tty: { major: 4, minor: 64 } }, 'terminal'],
  ['login on the console', { tty: { major: 4, minor: 1 }, name: 'login' }, 'console'],
  ['a shell on the console is not login', { tty: { major: 4, minor: 1 } }, undefined],
  ['a shell of an SSH session', { parentName: 'sshd', tty: pty }, 'sshd'],
  ['a command over SSH without a terminal', { parentName: 'sshd' }, 'sshd'],
  ['a session of OpenSSH since 9.8', { parentName: 'sshd-session', tty: pty }, 'sshd'],
  ['the SSH daemon’s own child', { name: 'sshd', parentName: 'sshd' }, undefined],
  ['its child since 9.8', { name: 'sshd-session', parentName: 'sshd' }, undefined],
  ['a session manager’s shell', { parentName: 'ssm-session-worker', tty: pty }, 'ssm'],
  ['the session manager without a terminal', { parentName: 'ssm-session-worker' }, undefined],
  ['the first process of a container', { parentName: 'containerd-shim-runc-v2' }, 'container'],
  ['the same by runc', { parentName: 'runc' }, 'container'],
  ['the same by runc from memory', { parentName: 'memfd:runc_cloned:/proc/self/exe' }, 'container'],
  ['the same by crun', { parentName: 'crun' }, 'container'],
  ['the same by conmon', { parentName: 'conmon' }, 'container'],
  ['a runtime is never an entry', { name: 'runc', parentName: 'containerd-shim' }, undefined],
  ['a container’s pause is never an entry', { name: 'pause', parentName: 'runc' }, undefined],
]

test.for(entries)('%s', ([, over, expected]) => {
  expect(entryTypeOf({ ...leader, ...over })).toBe(expected)
})

test('the address of an SSH session is the first word of its environment’s variable', () => {
  expect(sourceIpOf(['A=b', 'SSH_CONNECTION=192.0.2.7 50022 192.0.2.1 22'])).toBe('192.0.2.7')
  expect(sourceIpOf(['SSH_CLIENT=2001:db8::7 50022 22'])).toBe('2001:db8::7')
})

test('a made-up address is not believed', () => {
  expect(sourceIpOf(['SSH_CONNECTION=evil.example 1 2 3'])).toBeUndefined()
  expect(sourceIpOf(undefined)).toBeUndefined()
})
