import type { JsonObject } from '#base'
import { parseIpBlock } from '#query'

/** A value as an indicator has it: its type by ECS, and the members that events are compared with. */
export interface IndicatorValue {
  readonly type: string
  readonly members: JsonObject
}

/** The names by which lists call what a value is, as one word of ours. */
const kinds: { readonly [name: string]: Kind } = {
  ip: 'ip',
  ipv4: 'ip',
  ipv6: 'ip',
  ipaddress: 'ip',
  ipv4addr: 'ip',
  ipv6addr: 'ip',
  ipdst: 'ip',
  ipsrc: 'ip',
  cidr: 'ip',
  ipport: 'ip-port',
  ipdstport: 'ip-port',
  domain: 'domain',
  domainname: 'domain',
  hostname: 'domain',
  host: 'domain',
  fqdn: 'domain',
  url: 'url',
  uri: 'url',
  link: 'url',
  email: 'email',
  emailaddr: 'email',
  emailaddress: 'email',
  emailsrc: 'email',
  emaildst: 'email',
  hash: 'hash',
  filehash: 'hash',
  file: 'hash',
  md5: 'md5',
  sha1: 'sha1',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  ssdeep: 'ssdeep',
  tlsh: 'tlsh',
  imphash: 'imphash',
  filename: 'file-name',
  filepath: 'file-path',
  registry: 'registry',
  registrykey: 'registry',
  regkey: 'registry',
  windowsregistrykey: 'registry',
}

type Kind =
  | 'ip'
  | 'ip-port'
  | 'domain'
  | 'url'
  | 'email'
  | 'hash'
  | HashName
  | 'imphash'
  | 'file-name'
  | 'file-path'
  | 'registry'

type HashName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512' | 'ssdeep' | 'tlsh'

const hashLengths: { readonly [length: number]: HashName } = {
  32: 'md5',
  40: 'sha1',
  56: 'sha224',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
}

/** Whether lists mean a kind of value by this word. */
export function isKindName(word: string): boolean {
  return kindOf(word) !== undefined
}

function kindOf(word: string): Kind | undefined {
  const name = word.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const key = [name, name.replace(/^filehash/, ''), name.replace(/hash$/, '')].find((each) =>
    Object.hasOwn(kinds, each),
  )
  return key === undefined ? undefined : kinds[key]
}

/**
 * What a value of a list means; without a type it is told by its looks. Values made harmless for mail
 * (`hxxp://`, `[.]`) are read as what they stand for. Otherwise: why it means nothing.
 */
export function indicatorValueOf(written: string, typeName?: string): IndicatorValue | string {
  const value = refanged(written.trim())
  if (value === '') return 'the value is empty'
  const kind = typeName === undefined ? kindByLooks(value) : kindOf(typeName)
  if (kind === undefined) {
    return typeName === undefined
      ? `${shown(written)} looks like no address, domain, URL, e-mail address, hash or registry key`
      : `type ${shown(typeName)} is not known`
  }
  return valueOfKind(kind, value) ?? `${shown(written)} is no ${kind}`
}

function refanged(value: string): string {
  return value
    .replace(/^hxxp(s?):/i, 'http$1:')
    .replaceAll(/\[\.\]|\(\.\)|\[dot\]/gi, '.')
    .replaceAll(/\[:\]/g, ':')
    .replaceAll(/\[@\]|\[at\]/gi, '@')
}

function kindByLooks(value: string): Kind | undefined {
  if (parseIpBlock(value) !== undefined) return 'ip'
  if (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(value)) return 'ip-port'
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return 'url'
  if (emailForm.test(value)) return 'email'
  if (/^[0-9a-f]+$/i.test(value) && hashLengths[value.length] !== undefined) return 'hash'
  if (registryForm.test(value)) return 'registry'
  return domainForm.test(value) ? 'domain' : undefined
}

const emailForm = /^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/
const registryForm = /^(HKEY_[A-Z_]+|HK(LM|CU|CR|U|CC))\\/i
const domainForm =
  /^(?=.{4,253}$)([\p{L}\p{N}_]([\p{L}\p{N}_-]{0,61}[\p{L}\p{N}_])?\.)+\p{L}[\p{L}\p{N}-]*\p{L}\.?$/u

function valueOfKind(kind: Kind, value: string): IndicatorValue | undefined {
  switch (kind) {
    case 'ip':
      return addressOf(value)
    case 'ip-port': {
      const [, address = '', port = ''] = /^(.*?)[:|](\d{1,5})$/.exec(value) ?? []
      const found = addressOf(address)
      if (found === undefined || Number(port) > 65_535) return undefined
      return { ...found, members: { ...found.members, port: Number(port) } }
    }
    case 'domain':
      if (!domainForm.test(value)) return undefined
      return { type: 'domain-name', members: { url: { domain: plainDomain(value) } } }
    case 'url':
      // The domain is left out: a bad page does not make every page of its site bad.
      if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/]/i.test(value)) return undefined
      return { type: 'url', members: { url: { full: value, original: value } } }
    case 'email':
      return emailForm.test(value)
        ? { type: 'email-addr', members: { email: { address: value } } }
        : undefined
    case 'hash':
      return hashOfKind(hashLengths[value.length], value)
    case 'imphash':
      return /^[0-9a-f]{32}$/i.test(value)
        ? { type: 'file', members: { file: { pe: { imphash: value.toLowerCase() } } } }
        : undefined
    case 'file-name':
      return { type: 'file', members: { file: { name: value } } }
    case 'file-path':
      return { type: 'file', members: { file: { path: value } } }
    case 'registry':
      return registryForm.test(value)
        ? { type: 'windows-registry-key', members: { registry: { path: shortHive(value) } } }
        : undefined
    default:
      return hashOfKind(kind, value)
  }
}

function addressOf(value: string): IndicatorValue | undefined {
  if (parseIpBlock(value) === undefined) return undefined
  const type = value.includes(':') ? 'ipv6-addr' : 'ipv4-addr'
  return { type, members: { ip: value } }
}

function hashOfKind(name: HashName | undefined, value: string): IndicatorValue | undefined {
  if (name === undefined) return undefined
  const isFuzzy = name === 'ssdeep' || name === 'tlsh'
  const isRight = isFuzzy || (/^[0-9a-f]+$/i.test(value) && hashLengths[value.length] === name)
  if (!isRight) return undefined
  const text = isFuzzy ? value : value.toLowerCase()
  return { type: 'file', members: { file: { hash: { [name]: text } } } }
}

function plainDomain(value: string): string {
  return value.toLowerCase().replace(/\.$/, '')
}

const hives: { readonly [long: string]: string } = {
  HKEY_LOCAL_MACHINE: 'HKLM',
  HKEY_CURRENT_USER: 'HKCU',
  HKEY_CLASSES_ROOT: 'HKCR',
  HKEY_USERS: 'HKU',
  HKEY_CURRENT_CONFIG: 'HKCC',
}

/** Events name the hive by its short name. */
function shortHive(path: string): string {
  const [hive = '', ...rest] = path.split('\\')
  return [hives[hive.toUpperCase()] ?? hive.toUpperCase(), ...rest].join('\\')
}

function shown(text: string): string {
  return JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 59)}…`)
}
