import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { readFile } from 'node:fs/promises'
import { Fault, messageOf } from '#base'

/** Has this process trust the authority of a file, beside those it trusts anyway. Faults: `invalid`. */
export async function trustAuthority(file: string): Promise<void> {
  try {
    const text = await readFile(file, 'utf8')
    setDefaultCACertificates([...getCACertificates('default'), text])
  } catch (cause) {
    throw new Fault(
      'invalid',
      'cli.authority-unreadable',
      `cannot use the authority in ${file}: ${messageOf(cause)}\nhelp: copy \`tls/ca.pem\` from the server's data directory, and name it with --ca`,
      { cause },
    )
  }
}
