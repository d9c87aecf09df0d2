import { writeSync } from 'node:fs'
import { beforeEach, expect, test } from 'vitest'
import { isArchitectureKnown, loadKernel, SystemCallError } from './kernel-calls.ts'

beforeEach((context) => {
  const isLinux = process.platform === 'linux' && isArchitectureKnown()
  context.skip(!isLinux, `no system calls of Linux on ${process.platform} ${process.arch}`)
})

const one = new BigUint64Array([1n])

test('a readable descriptor wakes a poller as long as it is readable, the other once for each write', () => {
  const kernel = loadKernel()
  const [watched, wake] = [kernel.eventFd(), kernel.eventFd()]
  const poller = kernel.pollerOf(watched, wake)
  const wakeUps = [poller.wait(0)]
  writeSync(wake, one)
  wakeUps.push(poller.wait(0), poller.wait(0))
  writeSync(wake, one)
  wakeUps.push(poller.wait(0))
  writeSync(watched, one)
  wakeUps.push(poller.wait(0), poller.wait(0))
  expect(wakeUps).toEqual([false, true, false, true, true, true])
  poller.close()
  kernel.close(watched)
  kernel.close(wake)
})

test('a refused call tells its name and the reason', () => {
  const kernel = loadKernel()
  const refusal = new SystemCallError('close', 9)
  expect(() => kernel.close(-1)).toThrow(refusal)
  expect(refusal).toMatchObject({ call: 'close', errno: 9, reason: 'EBADF' })
})

test('pages are a power of two', () => {
  expect(Math.log2(loadKernel().pageBytes) % 1).toBe(0)
})
