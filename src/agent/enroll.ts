import { generateKeyPairSync } from 'node:crypto'
import { Fault } from '#base'
import { doorPaths, enrolAnswer, readEnrolmentLine, readPolicy, type EnrolRequest } from '#fleet'
import { authorityAt, openDoor } from './door.ts'
import type { AgentHome, AgentIdentity } from './home.ts'

/** What a host says of itself when it enrols. */
export interface EnrollingHost {
  readonly id: string
  readonly name: string
  readonly version: string
}

/**
 * Makes this host an agent's: trusts the authority that the line names and no other, makes a key, has it certified.
 * Faults: `invalid` for a line that is none, `conflict` where an agent is enrolled already, and those of the server.
 */
export async function enroll(
  line: string,
  { home, host }: { readonly home: AgentHome; readonly host: EnrollingHost },
): Promise<AgentIdentity> {
  const read = readEnrolmentLine(line)
  if (!read.ok) throw new Fault('invalid', 'agent.line', `this is no enrolment line: ${read.error}`)
  const known = await home.identity()
  if (known !== undefined) {
    throw new Fault(
      'conflict',
      'agent.enrolled',
      `this host is enrolled at ${known.url} already, as ${known.id}; \`vedette agent unenroll\` ends that`,
    )
  }
  const { url, authority: fingerprint, secret } = read.value
  const authority = await authorityAt(url, fingerprint)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const asked: EnrolRequest = {
    secret,
    public_key: publicKey.export({ type: 'spki', format: 'pem' }),
    host: { id: host.id, name: host.name },
    version: host.version,
  }
  const door = openDoor({ url, authority })
  try {
    const answer = enrolAnswer.read(await door.post(doorPaths.enrol, JSON.stringify(asked)), '')
    if (!answer.ok) {
      throw new Fault(
        'unavailable',
        'agent.no-answer',
        `${url} did not answer as a Vedette server does`,
      )
    }
    const { agent, certificate, policy } = answer.value
    const understood = readPolicy(policy.policy)
    if (understood.ok) await home.keepPolicy({ ...policy, policy: understood.value })
    const identity = {
      id: agent,
      url,
      authority,
      certificate,
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      hostId: host.id,
    }
    await home.keepIdentity(identity)
    return identity
  } finally {
    door.close()
  }
}

/**
 * Tells the server that an agent is no more. Faults: those of the server, with what to do without it; one that knows
 * the agent no longer is content.
 */
export async function unenroll(identity: AgentIdentity): Promise<void> {
  const door = openDoor(identity)
  try {
    await door.post(doorPaths.leave, '{}')
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.kind === 'unauthenticated') return
    throw new Fault(
      thrown.kind,
      thrown.code,
      `${thrown.message}\nhelp: --offline removes the agent from this host alone; then remove it on the server too`,
      { cause: thrown },
    )
  } finally {
    door.close()
  }
}
