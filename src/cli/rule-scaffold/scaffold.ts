/** The rule types that a rule can be begun with. */
export const scaffoldTypes = ['query', 'new_terms', 'eql'] as const

/** One of {@link scaffoldTypes}. */
export type ScaffoldType = (typeof scaffoldTypes)[number]

/** What a new rule begins with. */
export interface Scaffold {
  readonly ruleToml: string
  readonly testsYaml: string
}

/** The files of a new rule: whole, valid, and with tests that pass, so that every later change is judged. */
export function scaffoldOf({
  name,
  ruleId,
  type,
}: {
  readonly name: string
  readonly ruleId: string
  readonly type: ScaffoldType
}): Scaffold {
  const { params, tests } = beginnings[type]
  return { ruleToml: `${envelopeOf(name, ruleId)}${params}`, testsYaml: tests }
}

/** A JSON string is a TOML string as well, but for the one control character that JSON leaves as it is. */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f')
}

function envelopeOf(name: string, ruleId: string): string {
  return `[rule]
rule_id = "${ruleId}"
name = ${tomlString(name)}
description = """
What happens when this rule tells, and why it is worth a look.
"""
author = []
severity = "medium"
risk_score = 47
enabled = true
interval = "5m"
from = "now-9m"
index = ["logs-endpoint.events.process*"]
false_positives = []
tags = ["OS: Linux"]
`
}

const queryParams = `type = "query"
language = "kuery"
query = '''
host.os.type: linux and event.category: process and event.type: start and
  process.name: (curl or wget) and process.args: http\\:*
'''
`

const newTermsParams = `type = "new_terms"
language = "kuery"
query = '''
host.os.type: linux and event.category: process and event.type: start and
  process.name: (curl or wget)
'''

# Tells when the combination of these fields was not there in the history.
[rule.new_terms]
field = "new_terms_fields"
value = ["host.id", "process.parent.executable"]

[[rule.new_terms.history_window_start]]
field = "history_window_start"
value = "now-14d"
`

const common = `index: logs-endpoint.events.process-default
now: 2026-03-02T12:00:00Z
event: # what every event below has, unless it says otherwise
  host: { id: h1, name: web-1, os: { type: linux } }
  event: { category: [process], type: [start], action: exec }
  process.name: curl
  process.parent.executable: /usr/bin/bash
`

const queryTests = `${common}
tests:
  - name: a download without encryption is told
    events:
      - { at: -2m, process.args: [curl, 'http://example.com/x'] }
    alerts:
      - { host.name: web-1, kibana.alert.severity: medium }

  - name: another program for downloads is told too
    events:
      - { at: -2m, process.name: wget, process.args: [wget, 'http://example.com/x'] }
    alerts:
      - { process.name: wget }

  - name: an encrypted download is silent
    events:
      - { at: -2m, process.args: [curl, 'https://example.com/x'] }
    alerts: []

  - name: the end of the program is silent
    events:
      - at: -2m
        process.args: [curl, 'http://example.com/x']
        event: { category: [process], type: [end], action: end }
    alerts: []
`

const newTermsTests = `${common}
tests:
  - name: a parent that never did this on this host is told
    history:
      - { at: -3d, process.parent.executable: /usr/bin/make }
    events:
      - { at: -2m }
    alerts:
      - { kibana.alert.new_terms: [h1, /usr/bin/bash], kibana.alert.severity: medium }

  - name: what another host knows is new here
    history:
      - { at: -3d, host: { id: h2, name: web-2, os: { type: linux } } }
    events:
      - { at: -2m }
    alerts:
      - { host.name: web-1 }

  - name: a parent that did the same within two weeks is silent
    history:
      - { at: -3d }
    events:
      - { at: -2m }
    alerts: []

  - name: another program is silent
    events:
      - { at: -2m, process.name: ls }
    alerts: []
`

const eqlParams = `type = "eql"
language = "eql"
query = '''
sequence by host.id, process.parent.entity_id with maxspan=1m
  [process where host.os.type == "linux" and event.type == "start" and process.name in ("curl", "wget")]
  [process where host.os.type == "linux" and event.type == "start" and process.name == "chmod"]
'''
`

const eqlTests = `index: logs-endpoint.events.process-default
now: 2026-03-02T12:00:00Z
event: # what every event below has, unless it says otherwise
  host: { id: h1, name: web-1, os: { type: linux } }
  event: { category: [process], type: [start], action: exec }
  process: { name: curl, parent: { entity_id: shell } }

tests:
  - name: a download that is made executable is told, with both events
    events:
      - { at: -90s }
      - { at: -80s, process: { name: chmod, parent: { entity_id: shell } } }
    alerts:
      - host.name: web-1
        kibana.alert.severity: medium
        _events: # what each event of the sequence has
          - { process.name: curl }
          - { process.name: chmod }

  - name: another shell's change of permissions is silent
    events:
      - { at: -90s }
      - { at: -80s, process: { name: chmod, parent: { entity_id: another } } }
    alerts: []

  - name: the other way round is silent
    events:
      - { at: -90s, process: { name: chmod, parent: { entity_id: shell } } }
      - { at: -80s }
    alerts: []

  - name: more than a minute later is silent
    events:
      - { at: -200s }
      - { at: -80s, process: { name: chmod, parent: { entity_id: shell } } }
    alerts: []
`

const beginnings: {
  readonly [type in ScaffoldType]: { readonly params: string; readonly tests: string }
} = {
  query: { params: queryParams, tests: queryTests },
  new_terms: { params: newTermsParams, tests: newTermsTests },
  eql: { params: eqlParams, tests: eqlTests },
}
