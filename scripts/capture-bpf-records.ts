import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv, exit, stdout } from 'node:process'
import { decodeBatch } from '../src/sensor/sources/bpf/decode.ts'
import { possibleCpus } from '../src/sensor/sources/bpf/host-facts.ts'
import { loadKernel } from '../src/sensor/sources/bpf/kernel-calls.ts'
import { loadObject } from '../src/sensor/sources/bpf/loader/load.ts'
import { kernelTypesPath } from '../src/sensor/sources/bpf/probe.ts'
import { frameBytes, frameHeader, ringReader } from '../src/sensor/sources/bpf/ring.ts'

const help = `Captures real bytes of the eBPF ring, and what they decode to, as golden fixtures:
src/sensor/sources/bpf/fixtures/records.bin and records.ndjson. Look at the difference before you commit it.

  sudo node scripts/capture-bpf-records.ts

Needed only when the layout of a record changes. Needs the rights that the eBPF source needs.
`

if (argv.includes('--help')) {
  stdout.write(help)
  exit(0)
}

const folder = new URL('../src/sensor/sources/bpf/', import.meta.url)
const frames = framesOf(capture(runPrograms)).filter((frame) => isOurs(frame))
const bytes = Buffer.concat(frames)
const { records } = decodeBatch(Uint8Array.from(bytes).buffer)
const lines = records.map((record) =>
  JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
)
writeFileSync(new URL('fixtures/records.bin', folder), bytes)
writeFileSync(new URL('fixtures/records.ndjson', folder), `${lines.join('\n')}\n`)
stdout.write(`${records.length} records, ${bytes.byteLength} bytes\n`)

/** Everything that the ring received while `run` ran. */
function capture(run: () => void): ArrayBuffer {
  const kernel = loadKernel()
  const ringBytes = 1 << 20
  const loaded = loadObject(kernel, {
    object: readFileSync(new URL('kernel/process.bpf.o', folder)),
    btf: readFileSync(kernelTypesPath),
    mapEntries: { ring: ringBytes, workbenches: possibleCpus() },
  })
  const ring = loaded.maps.get('ring') ?? -1
  const page = kernel.pageBytes
  const consumer = kernel.mapMemory(ring, { offset: 0, bytes: page, writable: true })
  const rest = { offset: page, bytes: page + 2 * ringBytes, writable: false }
  const producer = kernel.mapMemory(ring, rest)
  const reader = ringReader({
    consumerPage: consumer.bytes,
    producerPages: producer.bytes,
    dataOffset: page,
    bytes: ringBytes,
  })
  run()
  const taken = reader.take(ringBytes)
  loaded.free()
  return taken?.bytes ?? new ArrayBuffer(0)
}

/** A fixed cast: a plain program, a script, odd bytes, an exit status, a signal. */
function runPrograms(): void {
  const directory = mkdtempSync('/tmp/capture-')
  const script = join(directory, 'script.sh')
  writeFileSync(script, '#!/bin/sh -e\nexit 3\n')
  chmodSync(script, 0o755)
  const surroundings = { cwd: '/usr/lib', env: { GOLDEN: 'yes' }, stdio: 'pipe' } as const
  spawnSync('/bin/true', ['plain', '', 'two words', 'héllo'], surroundings)
  spawnSync(
    '/bin/sh',
    ['-c', String.raw`exec /bin/true "$(printf '\377\376x\nline')"`],
    surroundings,
  )
  spawnSync(script, ['of a shell'], surroundings)
  spawnSync('/bin/sh', ['-c', 'kill -TERM $$'], surroundings)
  rmSync(directory, { recursive: true })
}

function framesOf(batch: ArrayBuffer): readonly Buffer[] {
  const all = Buffer.from(batch)
  const found: Buffer[] = []
  for (let at = 0; at < all.byteLength;) {
    const { span } = frameHeader(all.readUInt32LE(at))
    found.push(all.subarray(at, at + span))
    at += span
  }
  return found
}

/** Children of this process; others on the machine are nobody's business. */
function isOurs(frame: Buffer): boolean {
  return frame.readUInt32LE(frameBytes + 44) === process.pid
}
