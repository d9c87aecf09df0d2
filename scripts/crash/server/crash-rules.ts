import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const commonTo = (interval: string) => `
index = ["logs-endpoint.events.process*"]
severity = "low"
risk_score = 21
interval = "${interval}"
from = "now-30m"
max_signals = 1000
timestamp_override = "event.ingested"
`

/** One rule of each way of telling: by event, by what was there before, by several events. */
const rulesOf = (common: string) => ({
  query: `
[rule]
rule_id = "crash-query"
name = "Every marked process"
description = "Alerts on each marked event."
type = "query"
language = "kuery"
query = "process.name: marked"
${common}`,
  'new-terms': `
[rule]
rule_id = "crash-new-terms"
name = "New parent"
description = "Alerts on each parent once."
type = "new_terms"
language = "kuery"
query = "process.name: docker"
${common}
[rule.new_terms]
field = "new_terms_fields"
value = ["process.parent.executable"]
[[rule.new_terms.history_window_start]]
field = "history_window_start"
value = "now-14d"
`,
  sequence: `
[rule]
rule_id = "crash-sequence"
name = "One after the other"
description = "Alerts on each pair."
type = "eql"
language = "eql"
query = '''
sequence by pair with maxspan=1m
  [process where process.name == "opened"]
  [process where process.name == "closed"]
'''
${common}`,
})

/** A directory with the rules that are on while a server is crashed, due each `interval`; whoever asked removes it. */
export async function crashRules(interval = '2s'): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-crash-rules-'))
  for (const [name, text] of Object.entries(rulesOf(commonTo(interval)))) {
    await writeFile(join(directory, `${name}.toml`), text)
  }
  return directory
}
