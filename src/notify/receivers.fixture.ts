import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { createServer as createTcpServer, type Server } from 'node:net'

/** What an HTTP receiver was sent. */
export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Takes what is posted, and answers with a status of the test's choosing. */
export async function httpReceiver() {
  const got: Received[] = []
  let status = 200
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (piece: string) => (body += piece))
    request.on('end', () => {
      got.push({ path: request.url ?? '', headers: request.headers, body })
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('said')
    })
  })
  const port = await listening(server)
  return {
    url: `http://127.0.0.1:${port}`,
    got,
    answers: (next: number) => void (status = next),
    close: () => closed(server),
  }
}

/** A mail server that speaks as much SMTP as it takes to take a mail; `refuse` answers recipients with that line. */
export async function mailReceiver({ refuse = '' } = {}) {
  const mails: string[] = []
  const said: string[] = []
  const server = createTcpServer((socket) => {
    let rest = ''
    let isData = false
    const answer = (line: string) => void socket.write(`${line}\r\n`)
    socket.on('error', () => undefined)
    socket.on('data', (piece) => {
      rest += piece.toString()
      for (;;) {
        const end = isData ? '\r\n.\r\n' : '\r\n'
        const at = rest.indexOf(end)
        if (at < 0) return
        const text = rest.slice(0, at)
        rest = rest.slice(at + end.length)
        if (isData) {
          mails.push(text)
          isData = false
          answer('250 taken')
          continue
        }
        said.push(text)
        const verb = text.slice(0, 4).toUpperCase()
        if (verb === 'EHLO') {
          answer('250-here')
          answer('250 AUTH PLAIN')
        } else if (verb === 'STAR') answer('502 not here')
        else if (verb === 'AUTH') answer('235 in')
        else if (verb === 'DATA') {
          isData = true
          answer('354 go on')
        } else if (verb === 'RCPT' && refuse !== '') answer(refuse)
        else if (verb === 'QUIT') {
          answer('221 bye')
          socket.end()
        } else answer('250 yes')
      }
    })
    answer('220 here')
  })
  const port = await listening(server)
  return { port, mails, said, close: () => closed(server) }
}

/** A syslog daemon's ears, over UDP and TCP on one port. */
export async function syslogReceiver() {
  const lines: string[] = []
  const server = createTcpServer((socket) => {
    socket.on('data', (piece) => lines.push(piece.toString()))
    socket.on('error', () => undefined)
  })
  const port = await listening(server)
  const ears = createSocket('udp4')
  ears.on('message', (bytes) => lines.push(bytes.toString()))
  ears.bind(port, '127.0.0.1')
  await once(ears, 'listening')
  return {
    port,
    lines,
    async close() {
      ears.close()
      await closed(server)
    },
  }
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}
