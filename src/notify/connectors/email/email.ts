import { createTransport } from 'nodemailer'
import { Fault, numberIn, textIn } from '#base'
import type { Connector } from '../../connector.ts'
import { plainTemplate } from '../../template.ts'

/** Answers of an SMTP server that no retry changes: 5xx. */
const finalCode = 500

/** A mail, by SMTP. */
export const email: Connector = {
  id: 'email',
  title: 'E-mail',
  template: plainTemplate,
  settings: {
    host: { kind: 'text', title: 'Server', required: true, maxLength: 255 },
    port: { kind: 'number', title: 'Port', least: 1, most: 65_535, default: 587 },
    encryption: {
      kind: 'choice',
      title: 'Encryption',
      help: 'starttls refuses a server that does not offer it; none is for a server on this machine',
      choices: ['starttls', 'tls', 'none'],
      default: 'starttls',
    },
    user: { kind: 'text', title: 'User', required: false, maxLength: 200 },
    passphrase: {
      kind: 'text',
      title: 'Passphrase',
      required: false,
      maxLength: 500,
      isSecret: true,
    },
    from: { kind: 'text', title: 'From', required: true, maxLength: 320, like: address() },
    to: {
      kind: 'text',
      title: 'To',
      help: 'several with commas between',
      required: true,
      maxLength: 2_000,
      like: address(),
    },
  },
  async send({ id, title, text }, settings) {
    const encryption = textIn(settings, 'encryption')
    const user = textIn(settings, 'user')
    const transport = createTransport({
      host: textIn(settings, 'host'),
      port: numberIn(settings, 'port') ?? 587,
      secure: encryption === 'tls',
      requireTLS: encryption === 'starttls',
      ignoreTLS: encryption === 'none',
      ...(user !== '' && { auth: { user, pass: textIn(settings, 'passphrase') } }),
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 20_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    try {
      await transport.sendMail({
        from: textIn(settings, 'from'),
        to: textIn(settings, 'to'),
        subject: title,
        text,
        messageId: `<${id}@vedette>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
    } catch (cause) {
      throw refusal(cause, `mail server ${textIn(settings, 'host')}`)
    } finally {
      transport.close()
    }
  },
}

function address() {
  return { pattern: /^[^\s@\r\n][^\r\n]*@[^\r\n]+$/, words: 'a mail address' }
}

/** Without what was thrown as its cause: that may hold what was sent to sign in. */
function refusal(thrown: unknown, where: string): Fault {
  const member = (name: string): unknown =>
    thrown instanceof Error ? Reflect.get(thrown, name) : undefined
  const [code, status] = [member('code'), member('responseCode')]
  const isFinal = code === 'EAUTH' || (typeof status === 'number' && status >= finalCode)
  const said =
    code === 'EAUTH'
      ? 'it does not take user and passphrase'
      : `${String(code)} ${String(status ?? '')}`.trim()
  return new Fault(isFinal ? 'invalid' : 'unavailable', 'notify.refused', `${where}: ${said}`)
}
