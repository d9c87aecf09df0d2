import { err } from '#base'
import type { QueryLanguage } from '../language.ts'
import { checkKuery } from './check.ts'
import { formatKuery } from './format.ts'
import { lowerKuery } from './lower.ts'
import { parseKuery } from './parse.ts'

/** The Kibana Query Language: `process.name:(curl or wget) and not user.id:0`. */
export const kuery: QueryLanguage = {
  id: 'kuery',
  title: 'Kibana Query Language (KQL)',
  parse(text) {
    const parsed = parseKuery(text)
    return parsed.ok ? lowerKuery(parsed.value) : err([parsed.error])
  },
  check(text, fields) {
    const parsed = parseKuery(text)
    if (!parsed.ok) return [parsed.error]
    const lowered = lowerKuery(parsed.value)
    const wrong = lowered.ok ? [] : lowered.error
    return [...wrong, ...checkKuery(parsed.value, fields)]
  },
  format: formatKuery,
}
