import { Fault } from '#base'
import { netlinkWaiter, openNetlink, refusal } from '../netlink.ts'

/** What we hold of the kernel's audit system. */
export interface AuditControl {
  /** Somebody else's audit daemon runs it; then nothing was changed. */
  readonly foreign: boolean
  /** The settings as they were found. */
  readonly before: {
    readonly enabled: number
    readonly backlogLimit: number
    readonly backlogWaitTime: number
  }
  /** Messages that the kernel dropped since we took hold; several make one exec. */
  lost(): number
  /** Whether everything was put back. */
  released(): boolean
  /** Puts everything back as it was. Safe to call again. */
  restore(): void
}

/** The netlink protocol of the audit system. */
export const netlinkAudit = 9

const command = { get: 1000, set: 1001, addRule: 1011, deleteRule: 1012 }
const statusField = { enabled: 1, backlogLimit: 16, backlogWaitTime: 32 }
const statusWord = { enabled: 1, pid: 3, backlogLimit: 5, lost: 6, backlogWaitTime: 9 }
/** Messages that may wait in the kernel; an exec makes about eight. */
const wantedBacklog = 8192
const immutable = 2
const exists = 17
const invalid = 22

/**
 * Makes the kernel report successful execs: switches auditing on and adds our own rule,
 * unless an audit daemon runs: its system is never touched. Throws a `forbidden` or `unavailable` fault.
 */
export function takeAudit(architecture: string = process.arch): AuditControl {
  const link = auditLink()
  const before = link.status()
  const lostBefore = before[statusWord.lost] ?? 0
  const lost = () => Math.max(0, (link.status()[statusWord.lost] ?? 0) - lostBefore)
  const settings = {
    enabled: before[statusWord.enabled] ?? 0,
    backlogLimit: before[statusWord.backlogLimit] ?? 0,
    backlogWaitTime: before[statusWord.backlogWaitTime] ?? 0,
  }
  const undo: (() => void)[] = []
  let released = false
  const restore = () => {
    if (released) return
    released = true
    // Each step on its own: one that fails must not keep the others from being undone.
    for (const step of undo.splice(0).toReversed()) ignoringRefusal(step)
    link.close()
  }
  if ((before[statusWord.pid] ?? 0) !== 0) {
    return { foreign: true, before: settings, lost, released: () => released, restore }
  }
  try {
    for (const [index, rule] of execRules(architecture).entries()) {
      // The first is ours; a kernel built without the 32-bit calls may refuse the second.
      link.request(command.addRule, rule, index === 0 ? [exists] : [exists, invalid])
      undo.push(() => link.request(command.deleteRule, rule))
    }
    // A slow reader must never make the audited programs wait.
    if (settings.backlogLimit > 0 && settings.backlogLimit < wantedBacklog) {
      change(statusField.backlogLimit, statusWord.backlogLimit, wantedBacklog)
    }
    change(statusField.backlogWaitTime, statusWord.backlogWaitTime, 0)
    if (before[statusWord.enabled] !== immutable) change(statusField.enabled, statusWord.enabled, 1)
  } catch (thrown) {
    restore()
    throw thrown
  }
  return { foreign: false, before: settings, lost, released: () => released, restore }

  function change(field: number, word: number, value: number): void {
    const old = before[word] ?? 0
    if (old === value) return
    link.request(command.set, statusMessage(field, word, value))
    undo.push(() => link.request(command.set, statusMessage(field, word, old)))
  }
}

function ignoringRefusal(step: () => void): void {
  try {
    step()
  } catch {
    // Gone already, for instance by `auditctl -D`: what we wanted is so.
  }
}

function statusMessage(field: number, word: number, value: number): Uint8Array {
  const words = new Uint32Array(11)
  words[0] = field
  words[word] = value
  return new Uint8Array(words.buffer)
}

const ruleWords = 3 + 64 * 4 + 1
const filterExit = 4
const actionAlways = 2
const equal = 0x40000000
const fieldNumber = { architecture: 11, success: 104, key: 210 }
const key = 'vedette'

/** execve and execveat by architecture: the native one, and the 32-bit one where a kernel runs both. */
const execCalls: {
  readonly [architecture: string]: readonly (readonly [number, number, number])[]
} = {
  x64: [
    [0xc000003e, 59, 322],
    [0x40000003, 11, 358],
  ],
  arm64: [
    [0xc00000b7, 221, 281],
    [0x40000028, 11, 387],
  ],
}

/** Rules as the kernel takes them: successful execs, always, with our key. */
export function execRules(architecture: string): readonly Uint8Array[] {
  const calls = execCalls[architecture]
  if (calls === undefined) {
    throw new Fault(
      'unavailable',
      'sensor.audit-architecture',
      `could not write an audit rule: the numbers of exec on ${architecture} are not known`,
    )
  }
  return calls.map(([audited, ...numbers]) => {
    const rule = new Uint8Array(ruleWords * 4 + key.length)
    const words = new Uint32Array(rule.buffer, 0, ruleWords)
    const [mask, fields, values, operators] = [3, 67, 131, 195]
    words.set([filterExit, actionAlways, 3])
    for (const number of numbers) {
      const word = mask + (number >>> 5)
      words[word] = ((words[word] ?? 0) | (1 << (number & 31))) >>> 0
    }
    words.set([fieldNumber.architecture, fieldNumber.success, fieldNumber.key], fields)
    words.set([audited, 1, key.length], values)
    words.set([equal, equal, equal], operators)
    words[ruleWords - 1] = key.length
    rule.set(new TextEncoder().encode(key), ruleWords * 4)
    return rule
  })
}

const headerBytes = 16
const flagRequest = 1
const flagAck = 4
const errorType = 2
const answerMs = 1000

/** Requests and answers on a socket of their own. */
function auditLink() {
  const socket = openNetlink({ protocol: netlinkAudit, groups: 0, receiveBytes: 1 << 16 })
  const wait = netlinkWaiter([socket])
  let sequence = 0

  function send(type: number, payload: Uint8Array, flags: number): void {
    const message = new Uint8Array(headerBytes + payload.byteLength)
    const view = new DataView(message.buffer)
    view.setUint32(0, message.byteLength, true)
    view.setUint16(4, type, true)
    view.setUint16(6, flags, true)
    view.setUint32(8, ++sequence, true)
    message.set(payload, headerBytes)
    socket.send(message)
  }

  /** The next answer of the wanted type to the last request; errors become faults. */
  function answer(doing: string, type: number, tolerated: readonly number[]): DataView {
    while (wait(answerMs)) {
      const datagram = socket.receive()
      if (datagram === undefined || datagram === 'overrun') continue
      const view = new DataView(datagram.slice().buffer)
      if (view.getUint32(8, true) !== sequence) continue
      const found = view.getUint16(4, true)
      const errno = found === errorType ? -view.getInt32(headerBytes, true) : 0
      if (errno !== 0 && !tolerated.includes(errno)) throw refusal(doing, errno)
      if (found === type) return view
    }
    throw new Fault(
      'timeout',
      'sensor.audit-silent',
      `could not ${doing}: no answer from the kernel`,
    )
  }

  return {
    status(): Uint32Array {
      send(command.get, new Uint8Array(0), flagRequest)
      const view = answer('ask for the state of the audit system', command.get, [])
      return new Uint32Array(view.buffer.slice(headerBytes, view.byteLength & ~3))
    },
    request(type: number, payload: Uint8Array, tolerated: readonly number[] = []): void {
      send(type, payload, flagRequest | flagAck)
      answer('change the audit system', errorType, tolerated)
    },
    close: () => socket.close(),
  }
}
