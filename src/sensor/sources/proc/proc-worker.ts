import { systemBootClock } from '../../boot-clock.ts'
import { netlinkWaiter } from '../netlink.ts'
import { runWorker } from '../worker-thread.ts'
import { hostProc, recordOf } from './connector-records.ts'
import { openConnector } from './connector-reader.ts'

const waitMs = 100
const maxBatch = 256

const blindSpots = [
  'Programs that end within a millisecond are seen by their process id only: their command line is read after the fact and may be gone.',
  'Arguments and environment are read from the process, which can have rewritten them by then.',
  'The name by which a program was invoked is not seen, only the program that it resolved to.',
  'A process whose first thread ends before its others is reported as ended too early.',
]

const otherUsers =
  'Programs of other users are seen without their path, working directory and environment: reading those needs root.'

runWorker(({ counters, ready, deliver }) => {
  const clock = systemBootClock()
  const connector = openConnector(counters)
  const wait = netlinkWaiter([connector.socket])
  const isRoot = process.geteuid?.() === 0
  ready(isRoot ? blindSpots : [...blindSpots, otherUsers])
  for (let stopping = false; !stopping;) {
    stopping = counters.stopping
    if (stopping) connector.unsubscribe()
    else wait(waitMs)
    while (drain());
  }
  connector.socket.close()

  function drain(): boolean {
    const how = { monotonicOffsetNs: clock.monotonicOffsetNs(), proc: hostProc }
    const { events, more } = connector.read(maxBatch)
    deliver(events.map((event) => recordOf(event, how)))
    return more
  }
})
