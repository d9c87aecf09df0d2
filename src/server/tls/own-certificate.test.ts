import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { issueCertificate } from './certificate.ts'
import { isFor, ownCertificate } from './own-certificate.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-own-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const dayMs = 86_400_000
const nowMs = Date.UTC(2026, 10, 24)
const names = ['localhost', '127.0.0.1', 'fe80::1:2', 'vedette.example.org']
const own = (at = nowMs, asked = names) => ownCertificate({ directory, names: asked, nowMs: at })

test('a certificate is good for its names, is signed by the authority, and stays the same', async () => {
  const first = await own()
  const cert = new X509Certificate(first.cert)
  expect([...names, 'other.example.org'].filter((name) => isFor(cert, name))).toEqual(names)
  expect(cert.ca).toBe(false)
  expect(await own(nowMs + dayMs)).toEqual(first)
})

test('it is made anew by the same authority near its end, and for a further name', async () => {
  const first = await own()
  const later = await own(nowMs + 500 * dayMs)
  const named = await own(nowMs, [...names, 'further.example.org'])
  expect(new Set([first.cert, later.cert, named.cert]).size).toBe(3)
  expect(new Set([first, later, named].map(({ authorityFile }) => authorityFile)).size).toBe(1)
  expect(isFor(new X509Certificate(later.cert), 'localhost')).toBe(true)
})

test('keys are readable by their owner alone', async () => {
  await own()
  for (const name of ['ca-key.pem', 'server-key.pem']) {
    expect((await stat(join(directory, 'tls', name))).mode & 0o077).toBe(0)
  }
})

test('a damaged certificate is refused by name', async () => {
  const { authorityFile } = await own()
  await writeFile(authorityFile, 'no certificate')
  await expect(own()).rejects.toMatchObject({
    code: 'tls.damaged',
    message: expect.stringContaining(authorityFile),
  })
})

test('what is issued reads back as it was asked for, whatever the times and names', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer = { subject: 'Authority', key: privateKey }
  const arbitraryFacts = fc.record({
    subject: fc.stringMatching(/^[A-Za-z][A-Za-z ]{0,200}[a-z]$/),
    names: fc.uniqueArray(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), { maxLength: 60 }),
    // Whole seconds, on both sides of 2050, where the form of a time changes.
    fromMs: fc.integer({ min: 0, max: 4_000_000_000 }).map((s) => s * 1_000),
    lastsMs: fc.integer({ min: 1, max: 1_000_000_000 }).map((s) => s * 1_000),
  })
  fc.assert(
    fc.property(arbitraryFacts, ({ subject, names: asked, fromMs, lastsMs }) => {
      const facts = {
        subject,
        names: asked,
        fromMs,
        toMs: fromMs + lastsMs,
        use: 'server',
      } as const
      const cert = new X509Certificate(issueCertificate(facts, { publicKey, signer }))
      expect(cert.subject).toBe(`CN=${subject}`)
      expect(Date.parse(cert.validFrom)).toBe(fromMs)
      expect(Date.parse(cert.validTo)).toBe(fromMs + lastsMs)
      expect(cert.verify(createPublicKey(privateKey))).toBe(true)
      expect(asked.filter((name) => !isFor(cert, name))).toEqual([])
    }),
    { numRuns: 200 },
  )
})
