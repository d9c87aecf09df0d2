import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { messageOf, type Clock, type Logger } from '#base'
import { certificateAnswer, doorPaths } from '#fleet'
import type { Door } from './door.ts'
import type { AgentIdentity } from './home.ts'

/** Has an agent's certificate made anew before it ends. */
export interface CertificateKeeper {
  /** Asks for another one where a third or less of its time is left; a refusal is told and tried again later. */
  look(identity: AgentIdentity): Promise<void>
}

/** Between two attempts. */
const againMs = 3_600_000

/** A {@link CertificateKeeper}; with each certificate comes a new key. */
export function certificateKeeper({
  clock,
  logger,
  door,
  use,
}: {
  readonly clock: Clock
  readonly logger: Logger
  readonly door: () => Door
  readonly use: (renewed: Pick<AgentIdentity, 'certificate' | 'key'>) => Promise<void>
}): CertificateKeeper {
  let nextMs = 0
  return {
    async look({ certificate }) {
      if (clock.nowMs() < nextMs || !isNearEnd(certificate, clock.nowMs())) return
      nextMs = clock.nowMs() + againMs
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const asked = { public_key: publicKey.export({ type: 'spki', format: 'pem' }) }
      try {
        const answer = certificateAnswer.read(
          await door().post(doorPaths.certificate, JSON.stringify(asked)),
          '',
        )
        if (!answer.ok) throw new Error('the answer holds no certificate')
        const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
        await use({ certificate: answer.value.certificate, key })
        logger.info('has a new certificate')
      } catch (thrown) {
        logger.error('no new certificate yet', { reason: messageOf(thrown) })
      }
    },
  }
}

function isNearEnd(pem: string, nowMs: number): boolean {
  const { validFrom, validTo } = new X509Certificate(pem)
  const [fromMs, toMs] = [Date.parse(validFrom), Date.parse(validTo)]
  return nowMs > toMs - (toMs - fromMs) / 3
}
