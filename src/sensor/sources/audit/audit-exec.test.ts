import { expect, test } from 'vitest'
import { type AuditExec, auditJoiner, auditType, ttyNamed } from './audit-exec.ts'
import { parseAuditMessage } from './audit-text.ts'

const types: { readonly [name: string]: number } = {
  SYSCALL: auditType.syscall,
  EXECVE: auditType.execve,
  CWD: auditType.cwd,
  PATH: auditType.path,
  BPRM_FCAPS: auditType.capabilities,
  PROCTITLE: 1327,
  EOE: auditType.end,
}

/** The execs in lines as `TYPE serial rest`. */
function execsOf(lines: readonly string[], joiner = auditJoiner()): readonly AuditExec[] {
  return lines.flatMap((line) => {
    const [, type = '', serial, rest = ''] = /^(\w+) (\d+) ?(.*)$/s.exec(line) ?? []
    const message = parseAuditMessage(`audit(1492752522.985:${serial}): ${rest}`)
    const exec = message && joiner.take(types[type] ?? 0, message)
    return exec === undefined ? [] : [exec]
  })
}

const call =
  'arch=c000003e syscall=59 success=yes exit=0 items=2 ppid=10 pid=11 auid=1001 uid=1 gid=2 euid=3 suid=4 fsuid=0 egid=5 sgid=6 fsgid=0 tty=pts0 ses=9 comm="uname" exe="/bin/uname" key="vedette"'

test('the messages of an exec become one record, also when two execs are interleaved', () => {
  const found = execsOf([
    `SYSCALL 1 ${call}`,
    `SYSCALL 2 ${call.replace('pid=11', 'pid=12')}`,
    'EXECVE 1 argc=2 a0="uname" a1="-a"',
    'BPRM_FCAPS 1 fver=0 old_pp=0 pp=000001fffeffffff pi=0 pe=0000000000200000 pa=0',
    'CWD 1 cwd="/home/a"',
    'EXECVE 2 argc=1 a0="uname"',
    'PATH 1 item=0 name="/bin/uname" inode=155 nametype=NORMAL',
    'PATH 1 item=1 name="/lib64/ld.so" inode=156 nametype=NORMAL',
    'EOE 2',
    'PROCTITLE 1 proctitle=756E',
    'EOE 1',
  ])
  expect(found.map(({ pid }) => pid)).toEqual([12, 11])
  expect(found[1]).toEqual({
    wallMs: 1_492_752_522_985,
    pid: 11,
    ppid: 10,
    credentials: { uid: 1, euid: 3, suid: 4, gid: 2, egid: 5, sgid: 6 },
    tty: { major: 136, minor: 0 },
    loginUid: 1001,
    sessionId: 9,
    executable: '/bin/uname',
    filename: '/bin/uname',
    args: ['uname', '-a'],
    argsBytes: 9,
    argsTruncated: false,
    workingDirectory: '/home/a',
    capabilities: { permitted: 0x1fffeffffffn, effective: 0x200000n },
  })
})

test('strings in hex are decoded: blanks, quotes, line breaks, other alphabets, broken UTF-8', () => {
  const hex = (text: string) => Buffer.from(text).toString('hex').toUpperCase()
  const [exec] = execsOf([
    `SYSCALL 1 ${call.replace('"/bin/uname"', hex('/tmp/a b (deleted)'))}`,
    `EXECVE 1 argc=5 a0="10" a1=${hex('a "b"\n')} a2=${hex('жук')} a3=FF41 a4=""`,
    `CWD 1 cwd=${hex('/tmp/a b')}`,
    'EOE 1',
  ])
  expect(exec?.args).toEqual(['10', 'a "b"\n', 'жук', '\uFFFDA', ''])
  expect(exec?.executable).toBe('/tmp/a b')
  expect(exec?.workingDirectory).toBe('/tmp/a b')
  expect(exec?.filename).toBeUndefined()
})

test('an argument in pieces over several messages is put together, also where a letter is cut in two', () => {
  const bytes = Buffer.from('ж'.repeat(3)).toString('hex')
  const [exec] = execsOf([
    `SYSCALL 1 ${call}`,
    `EXECVE 1 argc=3 a0="x" a1_len=12 a1[0]=${bytes.slice(0, 6)}`,
    `EXECVE 1  a1[1]=${bytes.slice(6)}`,
    'EXECVE 1 a2="end"',
    'EOE 1',
  ])
  expect(exec?.args).toEqual(['x', 'жжж', 'end'])
  expect(exec?.argsTruncated).toBe(false)
})

test('a command line beyond 32 KiB is cut, and said to be', () => {
  const piece = 'x'.repeat(7000)
  const [exec] = execsOf([
    `SYSCALL 1 ${call}`,
    ...Array.from({ length: 30 }, (_, index) => `EXECVE 1 argc=30 a${index}="${piece}"`),
    'EOE 1',
  ])
  expect(exec?.argsTruncated).toBe(true)
  expect(exec?.args.join('').length).toBeLessThanOrEqual(32_767)
  expect(exec?.args.length).toBe(5)
})

test('a failed exec, and a call that is no exec, are no execs', () => {
  const failed = [
    `SYSCALL 1 ${call.replace('success=yes', 'success=no')}`,
    'EXECVE 1 argc=1 a0="x"',
  ]
  expect(execsOf([...failed, 'EOE 1', `SYSCALL 2 ${call}`, 'EOE 2', 'EOE 3'])).toEqual([])
})

test('unfinished events are bounded, and those given up are counted', () => {
  const joiner = auditJoiner()
  execsOf(
    Array.from({ length: 600 }, (_, serial) => `EXECVE ${serial} argc=1 a0="x"`),
    joiner,
  )
  expect(joiner.abandoned()).toBe(88)
})

test('an unset login is no user', () => {
  const unset = call.replace('auid=1001', 'auid=4294967295').replace('tty=pts0', 'tty=(none)')
  const [exec] = execsOf([`SYSCALL 1 ${unset}`, 'EXECVE 1 argc=1 a0="x"', 'EOE 1'])
  expect(exec).toMatchObject({ loginUid: undefined, tty: undefined })
})

test('terminals are known by their names', () => {
  expect(ttyNamed('pts300')).toEqual({ major: 137, minor: 44 })
  expect(ttyNamed('tty1')).toEqual({ major: 4, minor: 1 })
  expect(ttyNamed('ttyS0')).toEqual({ major: 4, minor: 64 })
  expect(ttyNamed('console')).toEqual({ major: 5, minor: 1 })
})

test('text that is no audit message is not taken for one', () => {
  expect(parseAuditMessage('')).toBeUndefined()
  expect(parseAuditMessage('op=set audit_enabled=1')).toBeUndefined()
})
