import { isJsonObject, type JsonValue } from '#base'

const secretName = /pass|secret|token|credential|auth|private|(?:^|[_-])key|_key/i
const hidden = '(hidden: it looks like a secret)'

/**
 * A copy of an engine's answer in which the values of variables (`NAME=value`), flags (`--name=value`, `--name value`) and members whose
 * names look like secrets are taken out: evidence is read by whoever may look at alerts.
 */
export function withoutSecrets(value: JsonValue, name = ''): JsonValue {
  if (typeof value === 'string')
    return secretName.test(name) && value !== '' ? hidden : plain(value)
  if (Array.isArray(value)) {
    return value.map((each: JsonValue, at) => withoutSecrets(each, flagIn(value[at - 1])))
  }
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withoutSecrets(member, key)]),
  )
}

/** `--password` before a word makes a secret of it. */
function flagIn(before: JsonValue | undefined): string {
  return typeof before === 'string' && /^--?[\w-]+$/.test(before) ? before : ''
}

function plain(text: string): string {
  const at = text.indexOf('=')
  if (at <= 0 || !secretName.test(text.slice(0, at))) return text
  return /^-{0,2}[\w.-]+$/.test(text.slice(0, at)) ? `${text.slice(0, at)}=${hidden}` : text
}
