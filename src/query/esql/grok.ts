import { err, ok, type Result } from '#base'
import { compileSearch, type Search } from '../regexp/search/search.ts'
import { cellOf, type Cell, type EsqlType, type Single } from './cell.ts'
import { convertSingle } from './convert.ts'

/** Finds named parts in texts. */
export interface Grok {
  readonly columns: readonly { readonly name: string; readonly type: EsqlType }[]
  /** What each column is, in their order; undefined where none of the expressions is found. */
  find(text: string): readonly Cell[] | undefined
}

const types: { readonly [name: string]: EsqlType } = {
  int: 'integer',
  long: 'long',
  float: 'double',
  double: 'double',
  boolean: 'boolean',
  keyword: 'keyword',
  string: 'keyword',
}

/** Compiles expressions in which `%{WORD:name}` and `%{NUMBER:name:int}` stand for patterns by name. The first that is found counts. */
export function compileGrok(patterns: readonly string[]): Result<Grok, string> {
  const columns = new Map<string, EsqlType>()
  const searches: Search[] = []
  for (const pattern of patterns) {
    const typed = new Map<string, EsqlType>()
    const written = expanded(pattern, typed, 0)
    if (!written.ok) return written
    const search = compileSearch(written.value)
    if (!search.ok) return err(search.error.message)
    searches.push(search.value)
    for (const name of search.value.groups) {
      if (name !== undefined && !columns.has(name)) columns.set(name, typed.get(name) ?? 'keyword')
    }
  }
  if (columns.size === 0) return err('the pattern gives no name to anything')
  const listed = [...columns].map(([name, type]) => ({ name, type }))
  return ok({ columns: listed, find: (text) => firstFound(text, searches, listed) })
}

function firstFound(
  text: string,
  searches: readonly Search[],
  columns: Grok['columns'],
): readonly Cell[] | undefined {
  for (const { find, groups } of searches) {
    const found = find(text)
    if (found === undefined) continue
    return columns.map(({ name, type }) => {
      const singles: Single[] = []
      for (const [at, group] of groups.entries()) {
        const part = group === name ? found.groups[at] : undefined
        const single = part === undefined ? undefined : convertSingle(part, 'keyword', type)
        if (single !== undefined) singles.push(single)
      }
      return cellOf(singles)
    })
  }
  return undefined
}

/** With each `%{NAME}` replaced by what it stands for. */
function expanded(
  pattern: string,
  typed: Map<string, EsqlType>,
  depth: number,
): Result<string, string> {
  if (depth > 10) return err('patterns lie in one another more than ten deep')
  let written = ''
  let at = 0
  for (const match of pattern.matchAll(/%\{(\w+)(?::([^:}]+))?(?::(\w+))?\}/g)) {
    const [all, name = '', column, type] = match
    const known = Object.hasOwn(library, name) ? library[name] : undefined
    if (known === undefined) return err(`there is no pattern %{${name}}`)
    if (type !== undefined && types[type] === undefined) return err(`there is no type ${type}`)
    const inner = expanded(known, typed, depth + 1)
    if (!inner.ok) return inner
    if (column !== undefined && type !== undefined) typed.set(column, types[type] ?? 'keyword')
    const group = column === undefined ? `(?:${inner.value})` : `(?<${column}>${inner.value})`
    written += pattern.slice(at, match.index) + group
    at = match.index + all.length
  }
  return ok(written + pattern.slice(at))
}

/** Patterns by the names that grok has for them, in our own expressions: none looks ahead or behind. */
const library: { readonly [name: string]: string } = {
  WORD: '\\b\\w+\\b',
  NOTSPACE: '\\S+',
  SPACE: '\\s*',
  DATA: '.*?',
  GREEDYDATA: '.*',
  INT: '[+-]?[0-9]+',
  POSINT: '\\b[1-9][0-9]*\\b',
  NONNEGINT: '\\b[0-9]+\\b',
  NUMBER: '[+-]?(?:[0-9]+(?:\\.[0-9]+)?|\\.[0-9]+)',
  BASE10NUM: '%{NUMBER}',
  BASE16NUM: '[+-]?(?:0x)?[0-9A-Fa-f]+',
  BOOLEAN: '(?:true|false|TRUE|FALSE|True|False)',
  QUOTEDSTRING: '"(?:[^"\\\\]|\\\\.)*"|\'(?:[^\'\\\\]|\\\\.)*\'',
  QS: '%{QUOTEDSTRING}',
  UUID: '[A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12}',
  USERNAME: '[a-zA-Z0-9._-]+',
  USER: '%{USERNAME}',
  EMAILLOCALPART: "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]+",
  EMAILADDRESS: '%{EMAILLOCALPART}@%{HOSTNAME}',
  MAC: '(?:[A-Fa-f0-9]{2}[:-]){5}[A-Fa-f0-9]{2}',
  IPV4: '\\b(?:[0-9]{1,3}\\.){3}[0-9]{1,3}\\b',
  IPV6: '(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:(?:[0-9]{1,3}\\.){3}[0-9]{1,3})?(?:%[0-9A-Za-z]+)?',
  IP: '%{IPV6}|%{IPV4}',
  HOSTNAME: '\\b[0-9A-Za-z][0-9A-Za-z_-]{0,62}(?:\\.[0-9A-Za-z][0-9A-Za-z_-]{0,62})*\\.?\\b',
  IPORHOST: '%{IP}|%{HOSTNAME}',
  HOSTPORT: '(?:%{IPORHOST}):[0-9]+',
  UNIXPATH: '(?:/[\\w.:~@%,+-]*)+',
  WINPATH: '(?:[A-Za-z]+:|\\\\)(?:\\\\[^\\\\?*]*)+',
  PATH: '%{UNIXPATH}|%{WINPATH}',
  URIPROTO: '[A-Za-z][A-Za-z0-9+.-]*',
  URIHOST: '(?:%{IPORHOST})(?::[0-9]+)?',
  URIPATH: "(?:/[A-Za-z0-9$.+!*'(){},~:;=@#%&_-]*)+",
  URIPARAM: "\\?[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?<>\\[\\]-]*",
  URIPATHPARAM: '(?:%{URIPATH})(?:%{URIPARAM})?',
  URI: '%{URIPROTO}://(?:[^@/\\s]*@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?',
  MONTH:
    '\\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\\b',
  MONTHNUM: '(?:0?[1-9]|1[0-2])',
  MONTHDAY: '(?:0[1-9]|[12][0-9]|3[01]|[1-9])',
  DAY: '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:[a-z]{3,6})?',
  YEAR: '[0-9]{2}(?:[0-9]{2})?',
  HOUR: '(?:2[0123]|[01]?[0-9])',
  MINUTE: '[0-5][0-9]',
  SECOND: '(?:[0-5]?[0-9]|60)(?:[:.,][0-9]+)?',
  TIME: '%{HOUR}:%{MINUTE}(?::%{SECOND})?',
  ISO8601_TIMEZONE: '(?:Z|[+-]%{HOUR}:?%{MINUTE})',
  TIMESTAMP_ISO8601:
    '%{YEAR}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?',
  SYSLOGTIMESTAMP: '%{MONTH} +%{MONTHDAY} %{TIME}',
  PROG: '[\\x21-\\x5a\\x5c\\x5e-\\x7e]+',
  LOGLEVEL:
    '(?i:trace|debug|notice|info(?:rmation)?|warn(?:ing)?|err(?:or)?|crit(?:ical)?|fatal|severe|emerg(?:ency)?|alert)',
}
