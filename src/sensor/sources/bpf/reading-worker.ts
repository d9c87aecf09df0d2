import { readFileSync } from 'node:fs'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { Fault, assert, messageOf } from '#base'
import { SystemCallError, loadKernel, type Kernel } from './kernel-calls.ts'
import { loadObject, type LoadedObject } from './loader/load.ts'
import { pause, readOnce, settle, type ReadingRoom } from './reading-loop.ts'
import { ringReader } from './ring.ts'
import { readTallies } from './tallies.ts'
import type { KernelTallies, WorkerInput, WorkerReply, WorkerRequest } from './worker-messages.ts'

// This thread does all that blocks: the verifier at the start, then waiting for the ring. It never decodes.

const detachPauseMs = 5

assert(parentPort, 'this file runs as a worker')
const port = parentPort

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the only sender is source.ts
run(workerData as WorkerInput)

function run(input: WorkerInput): void {
  let opened: Opened
  try {
    opened = open(input)
  } catch (error) {
    say({
      kind: 'refused',
      code: error instanceof Fault ? error.code : 'sensor.bpf-refused',
      message: messageOf(error),
      reason: error instanceof SystemCallError ? error.reason : '',
    })
    return
  }
  const { kernel, loaded, wakeFd } = opened
  say({ kind: 'ready', wakeFd, descriptors: [...loaded.descriptors, wakeFd] })
  read(input, opened)
  kernel.close(wakeFd)
}

interface Opened {
  readonly kernel: Kernel
  readonly loaded: LoadedObject
  readonly wakeFd: number
  readonly room: ReadingRoom
  free(): void
}

function open(input: WorkerInput): Opened {
  const kernel = loadKernel()
  kernel.raiseLockedMemoryLimit()
  const loaded = loadObject(kernel, {
    object: readFileSync(input.objectPath),
    btf: readFileSync(input.btfPath),
    mapEntries: { ring: input.ringBytes, workbenches: input.possibleCpus },
  })
  try {
    const ring = loaded.maps.get('ring')
    assert(ring !== undefined, 'the object has a ring')
    const { pageBytes } = kernel
    const consumer = kernel.mapMemory(ring, { offset: 0, bytes: pageBytes, writable: true })
    const rest = { offset: pageBytes, bytes: pageBytes + 2 * input.ringBytes, writable: false }
    const produced = kernel.mapMemory(ring, rest)
    const wakeFd = kernel.eventFd()
    const poller = kernel.pollerOf(ring, wakeFd)
    const room: ReadingRoom = {
      reader: ringReader({
        consumerPage: consumer.bytes,
        producerPages: produced.bytes,
        dataOffset: pageBytes,
        bytes: input.ringBytes,
      }),
      poller,
      inFlight: new Int32Array(input.inFlight),
      maxInFlightBytes: input.maxInFlightBytes,
      deliver: (bytes) => port.postMessage({ kind: 'batch', bytes } satisfies WorkerReply, [bytes]),
    }
    const free = () => {
      poller.close()
      consumer.unmap()
      produced.unmap()
      loaded.free()
    }
    return { kernel, loaded, wakeFd, room, free }
  } catch (error) {
    loaded.free()
    throw error
  }
}

function read(input: WorkerInput, { kernel, loaded, room, free }: Opened): void {
  let received = 0
  const catchUp = (): KernelTallies => {
    const settled = settle(room, {
      received,
      tallies: () => readTallies(kernel, loaded, input.possibleCpus),
    })
    received = settled.received
    return settled.tallies
  }
  for (;;) {
    received += readOnce(room)
    // One wake-up may stand for several requests.
    for (let request = nextRequest(); request !== undefined; request = nextRequest()) {
      if (request.kind === 'count') {
        say({ kind: 'counted', ...catchUp() })
        continue
      }
      loaded.detach()
      // Programs that had begun on other CPUs come to their end meanwhile.
      pause(detachPauseMs)
      const last = catchUp()
      free()
      say({ kind: 'stopped', ...last })
      return
    }
  }
}

function nextRequest(): WorkerRequest | undefined {
  const next: { readonly message: WorkerRequest } | undefined = receiveMessageOnPort(port)
  return next?.message
}

function say(reply: WorkerReply): void {
  port.postMessage(reply)
}
