import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import { Fault, messageOf, numberIn, textIn } from '#base'
import type { Connector } from '../../connector.ts'

const facilities = [
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
  'authpriv',
] as const
const levels = { low: 6, medium: 4, high: 3, critical: 2 } as const
const timeoutMs = 10_000

/** A line of RFC 5424 to a syslog daemon: over UDP a datagram, over TCP with its length before it (RFC 6587). */
export const syslog: Connector = {
  id: 'syslog',
  title: 'Syslog',
  template: '{{rule.name}} on {{host}}{{more}}: {{reason}} alert={{alert.id}}',
  settings: {
    host: { kind: 'text', title: 'Host', required: true, maxLength: 255 },
    port: { kind: 'number', title: 'Port', least: 1, most: 65_535, default: 514 },
    transport: { kind: 'choice', title: 'Transport', choices: ['udp', 'tcp'], default: 'udp' },
    facility: { kind: 'choice', title: 'Facility', choices: facilities, default: 'local0' },
  },
  async send({ text, severity }, settings, { nowMs, signal }) {
    const facility = textIn(settings, 'facility')
    const number = facility === 'authpriv' ? 10 : 16 + Number(facility.slice(-1))
    const priority = number * 8 + levels[severity]
    const name = hostname().replaceAll(/[^\x21-\x7e]/g, '') || '-'
    const time = new Date(nowMs()).toISOString()
    const line = `<${priority}>1 ${time} ${name} vedette ${process.pid} alert - ${text.replaceAll('\n', ' ')}`
    const where = { host: textIn(settings, 'host'), port: numberIn(settings, 'port') ?? 514 }
    const sent = textIn(settings, 'transport') === 'tcp' ? overTcp : overUdp
    await sent(Buffer.from(line), where, signal).catch((cause: unknown) => {
      const message = `syslog at ${where.host}:${where.port}: ${messageOf(cause)}`
      throw new Fault('unavailable', 'notify.unreachable', message, { cause })
    })
  },
}

interface Where {
  readonly host: string
  readonly port: number
}

/** UDP does not say whether anybody took it. */
function overUdp(line: Buffer, { host, port }: Where): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  return new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.send(line.subarray(0, 8_000), port, host, (problem) =>
      problem === null ? resolve() : reject(problem),
    )
  }).finally(() => socket.close())
}

function overTcp(line: Buffer, where: Where, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(where)
    const end = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    end.addEventListener('abort', () => socket.destroy(new Error('it took too long')), {
      once: true,
    })
    socket.on('error', reject)
    socket.on('connect', () => socket.end(Buffer.concat([Buffer.from(`${line.length} `), line])))
    socket.on('close', (hadError) => hadError || resolve())
    socket.resume()
  })
}
