import { expect, test } from 'vitest'
import { runtimeInvocation } from './oci-invocation.ts'

const at = (line: string, executable = '/usr/sbin/runc', workingDirectory = '/here') =>
  runtimeInvocation({ executable, filename: executable, args: line.split(' '), workingDirectory })

test.each([
  [
    'runc --root /r --log /l/log.json --log-format json create --bundle /b --pid-file /p abc',
    '/b',
    'abc',
  ],
  ['runc create -b /b abc', '/b', 'abc'],
  ['runc create --bundle=/b --no-pivot abc', '/b', 'abc'],
  ['runc run abc', '/here', 'abc'],
  ['runc run -d -b sub abc', '/here/sub', 'abc'],
  ['crun --cgroup-manager systemd --systemd-cgroup create --bundle /b abc', '/b', 'abc'],
  ['runsc --root=/r -platform=ptrace create -bundle /b abc', '/b', 'abc'],
  ['runc restore --image-path /i --bundle /b abc', '/b', 'abc'],
])('%s makes a container', (line, bundle, containerId) => {
  expect(at(line)).toMatchObject({
    bundle,
    containerId,
    file: `${bundle}/config.json`,
    known: true,
  })
})

test('an exec by a process file, and one by arguments', () => {
  expect(
    at('runc --root /r exec --process /tmp/p1 --detach --pid-file /x/y.pid abc'),
  ).toMatchObject({
    verb: 'exec',
    containerId: 'abc',
    file: '/tmp/p1',
  })
  expect(at('runc exec --cap CAP_SYS_ADMIN --cap CAP_KILL -t abc sh -c id')).toMatchObject({
    verb: 'exec',
    containerId: 'abc',
    file: undefined,
    command: ['sh', '-c', 'id'],
    capabilities: ['CAP_SYS_ADMIN', 'CAP_KILL'],
  })
})

test('a configuration by another name is found', () => {
  expect(at('crun run --config other.json -b /b abc')?.file).toBe('/b/other.json')
})

test('a runtime by another name, or behind a wrapper, is known by the shape of its arguments', () => {
  expect(at('x --root /r create --bundle /b abc', '/tmp/x')).toMatchObject({
    known: false,
    file: '/b/config.json',
  })
  expect(at('/bin/sh /opt/wrap.sh --root /r create --bundle /b abc', '/bin/dash')).toMatchObject({
    known: false,
    containerId: 'abc',
  })
  expect(at('x exec --process /tmp/p abc', '/tmp/x')).toMatchObject({ known: false })
})

test('a runtime without a place in the file system is known by its name', () => {
  expect(at('runc create --bundle /b abc', 'memfd:runc_cloned:/proc/self/exe')?.known).toBe(true)
  expect(at('/proc/self/exe create --bundle /b abc', '/usr/bin/crun (deleted)')?.known).toBe(true)
})

test.each([
  ['runc init', '/usr/sbin/runc'],
  ['runc --root /r delete --force create', '/usr/sbin/runc'],
  ['runc --root run state abc', '/usr/sbin/runc'],
  ['runc kill run 9', '/usr/sbin/runc'],
  ['docker run --privileged alpine', '/usr/bin/docker'],
  ['npm run build', '/usr/bin/node'],
  ['podman exec -it web sh', '/usr/bin/podman'],
  ['ls -l', '/bin/ls'],
  ['', '/bin/true'],
])('%j is no runtime that makes or joins a container', (line, executable) => {
  expect(at(line, executable)).toBeUndefined()
})
