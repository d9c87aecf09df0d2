/*
 * Loaded first by a server whose wall clock is to jump: the time is the machine's and what stands in the file
 * VEDETTE_CLOCK_OFFSET, milliseconds, read again all the while. Timers run on, as they do when a clock is set.
 */
import { readFileSync } from 'node:fs'

const path = process.env['VEDETTE_CLOCK_OFFSET'] ?? ''
const machineNow = Date.now
let offsetMs = 0
let readAtMs = -Infinity

function now() {
  const nowMs = performance.now()
  if (nowMs - readAtMs > 20) {
    readAtMs = nowMs
    const text = readFileSync(path, 'utf8')
    if (text !== '') offsetMs = Number(text)
  }
  return machineNow() + offsetMs
}

globalThis.Date = class extends Date {
  constructor(...parts) {
    if (parts.length === 0) super(now())
    else super(...parts)
  }
  static now = now
}
