import type { Api, WirePolicy, WirePolicyVersion } from '#api'
import { collectableIds } from '#fleet'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { formatOf, rowWriter, type Column } from './output.ts'
import { shown, type Terminal } from './terminal.ts'

const columns: readonly Column<WirePolicy>[] = [
  { title: 'ID', value: ({ id }) => shown(id), dispensable: 0 },
  { title: 'NAME', value: ({ policy }) => shown(policy.name), dispensable: 0 },
  { title: 'VERSION', value: ({ version }) => String(version), dispensable: 0 },
  { title: 'ENVIRONMENT', value: ({ policy }) => policy.environment, dispensable: 1 },
  { title: 'PRESET', value: ({ preset }) => preset ?? 'by hand', dispensable: 1 },
  { title: 'AGENTS', value: ({ agents }) => String(agents), dispensable: 0 },
  { title: 'OBEYED BY', value: ({ obeyed }) => String(obeyed), dispensable: 1 },
]

/** `vedette policy list`. */
export async function policyList(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const { policies } = await api.listPolicies({})
  const rows = rowWriter<WirePolicy>(terminal, { format, columns, json: (policy) => policy })
  rows.write(policies)
  rows.end()
  return exitCode.done
}

/** `vedette policy show`: what it says, and what each version changed. */
export async function policyShow(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [id = ''] = call.positionals
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const found = await api.getPolicy({ id })
  if (format !== 'table') {
    terminal.out(`${JSON.stringify(found)}\n`)
    return exitCode.done
  }
  const { policy, version, agents, obeyed } = found.policy
  const facts = Object.entries(policy).map(
    ([member, value]) => `${member}: ${shown(String(value))}\n`,
  )
  terminal.out(facts.join(''))
  terminal.out(`version ${version}, to be obeyed by ${agents} agents, obeyed by ${obeyed}\n\n`)
  for (const each of found.versions) terminal.out(versionText(each))
  return exitCode.done
}

function versionText({ version, at, by, changes }: WirePolicyVersion): string {
  const lines = changes.map(
    ({ member, before, after }) => `  ${member}: ${shown(before)} -> ${shown(after)}\n`,
  )
  return `version ${version} at ${at} by ${shown(by)}\n${lines.join('')}`
}

/** `vedette policy presets`: what can be collected, and what each preset collects. */
export async function policyPresets(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call, terminal)
  const { api } = await connect(call, terminal)
  const found = await api.listPresets({})
  if (format !== 'table') {
    terminal.out(`${JSON.stringify(found)}\n`)
    return exitCode.done
  }
  for (const { id, title, says, policy } of found.presets) {
    const sessions = policy.sessions === 'interactive' ? ', of interactive sessions alone' : ''
    terminal.out(`${id}: ${title} (${policy.environment})\n  ${says}\n`)
    terminal.out(`  collects ${policy.collects.join(', ')}${sessions}; prevents nothing\n`)
  }
  terminal.out('\n')
  for (const { id, title, says } of found.collectables) terminal.out(`${id}: ${title}. ${says}\n`)
  return exitCode.done
}

/** `vedette policy create`. */
export async function policyCreate(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [name = ''] = call.positionals
  const { api } = await connect(call, terminal)
  const base = await presetIn(api, call.text('preset') ?? 'complete-edr')
  const made = await api.createPolicy({ body: edited({ ...base, name }, call) })
  terminal.out(`${made.id}\n`)
  terminal.note(
    'the line above is its id: for `vedette agent token --policy` and `vedette agent move`\n',
  )
  return exitCode.done
}

/** `vedette policy change`: a new version, obeyed within seconds. */
export async function policyChange(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [id = ''] = call.positionals
  const { api } = await connect(call, terminal)
  const { policy: found } = await api.getPolicy({ id })
  const preset = call.text('preset')
  const { policy } = found
  const base =
    preset === undefined ? policy : { ...policy, ...collecting(await presetIn(api, preset)) }
  const body = { policy: edited(base, call), if_version: found.version }
  return told(await api.changePolicy({ id, body }), terminal)
}

function collecting({ environment, collects, sessions }: Policy) {
  return { environment, collects, sessions }
}

/** `vedette policy roll-back`. */
export async function policyRollBack(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [id = '', version = ''] = call.positionals
  const to = Number(version)
  if (!Number.isInteger(to) || to < 1) throw usageFault(`${version} is no version of a policy`)
  const { api } = await connect(call, terminal)
  return told(await api.rollBackPolicy({ id, body: { to } }), terminal)
}

/** `vedette policy remove`. */
export async function policyRemove(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [id = ''] = call.positionals
  const { api } = await connect(call, terminal)
  await api.removePolicy({ id })
  terminal.note('removed\n')
  return exitCode.done
}

function told({ version, agents, policy }: WirePolicy, terminal: Terminal): ExitCode {
  terminal.note(`${shown(policy.name)} has version ${version}; ${agents} agents are to obey it\n`)
  return exitCode.done
}

type Policy = WirePolicy['policy']

async function presetIn(api: Api, id: string): Promise<Policy> {
  const { presets } = await api.listPresets({})
  const found = presets.find((preset) => preset.id === id)
  if (found !== undefined) return found.policy
  throw usageFault(`--preset is one of ${presets.map((preset) => preset.id).join(', ')}`)
}

/** What the options say, over what was there; the server judges what they say. */
function edited(policy: Policy, call: Call): Policy {
  const [name, description, spool] = [
    call.text('name'),
    call.text('description'),
    call.text('spool-mib'),
  ]
  const collects = call.texts('collect')
  return {
    ...policy,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(spool !== undefined && { spool_mib: Number(spool) }),
    ...(collects.length > 0 && { collects: known('collect', collects, collectableIds) }),
    sessions: oneOf(call, 'sessions', ['all', 'interactive']) ?? policy.sessions,
    sensor: oneOf(call, 'sensor', ['auto', 'bpf', 'audit', 'proc']) ?? policy.sensor,
  }
}

function known<T extends string>(
  option: string,
  words: readonly string[],
  all: readonly T[],
): readonly T[] {
  return words.map((word) => {
    const found = all.find((each) => each === word)
    if (found === undefined) throw usageFault(`--${option} is one of ${all.join(', ')}`)
    return found
  })
}

function oneOf<T extends string>(call: Call, option: string, all: readonly T[]): T | undefined {
  const word = call.text(option)
  return word === undefined ? undefined : known(option, [word], all)[0]
}
