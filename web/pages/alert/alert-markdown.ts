import { visibleText, type JsonObject } from '#base'
import type { WireAlertContext, WireCase } from '#api'
import { quoted } from './command-line.tsx'
import { fieldsOf, valueOf, valuesIn } from './fields-of.ts'
import { sentenceOf } from './sentence.ts'

/** The whole alert as Markdown: a report of its own. What events say stands as code or escaped: it makes no markup. */
export function alertMarkdown(
  { id, document }: { readonly id: string; readonly document: JsonObject },
  context: WireAlertContext | undefined,
  found: WireCase | undefined,
): string {
  const said = (field: string): string => valueOf(document, field)
  const command = context?.command.map(({ text }) => quoted(text)).join(' ') ?? ''
  return [
    `# ${plain(said('kibana.alert.rule.name'))}`,
    plain(sentenceOf(document)),
    list([
      ['Alert', code(id)],
      ['Severity', plain(`${said('kibana.alert.severity')} ${said('kibana.alert.risk_score')}`)],
      [
        'Status',
        plain(`${said('kibana.alert.workflow_status')} ${said('kibana.alert.workflow_reason')}`),
      ],
      ['Time', plain(said('kibana.alert.original_time') || said('@timestamp'))],
      ['Host', plain(said('host.name'))],
      ['User', plain(said('user.name'))],
      ['ATT&CK', plain(valuesIn(document, 'kibana.alert.rule.threat.technique.id').join(', '))],
    ]),
    section('Why it is new', whyText(context?.why)),
    section('Command line', command === '' ? '' : fenced(command)),
    section('Process chain', fenced(chainText(context?.chain))),
    section('Container', containerText(found)),
    section('Guide', guideText(found?.guide ?? [])),
    section(
      'Notes',
      (found?.notes ?? [])
        .map(({ at, by, text }) => `**${plain(by)}, ${at}**\n\n${fenced(text)}`)
        .join('\n\n'),
    ),
    section(
      'Activity',
      (found?.activity ?? [])
        .map(({ at, who, what }) => `- ${at} ${plain(who)} ${plain(what)}`)
        .join('\n'),
    ),
    section(
      'Everything',
      fenced(
        fieldsOf(document)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n'),
      ),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')
}

function section(title: string, text: string): string {
  return text === '' ? '' : `## ${title}\n\n${text}`
}

function list(pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .filter(([, text]) => text.trim() !== '')
    .map(([title, text]) => `- ${title}: ${text}`)
    .join('\n')
}

function whyText(why: WireAlertContext['why']): string {
  if (why === undefined) return ''
  const coverage = `${Math.floor(why.coverage * 100)} % of the history from ${why.from} to ${why.to} is there.`
  const rows = [why.own, ...why.others].map(
    ({ value, count, hosts }) => `- ${code(value.join(', '))}: ${count} events on ${hosts} hosts`,
  )
  return [coverage, '', ...rows].join('\n')
}

function chainText(chain: WireAlertContext['chain']): string {
  return (chain?.processes ?? [])
    .map(({ role, pid, user, executable, name, args }) =>
      [role.padEnd(8), pid, user, executable || name, args.slice(1).join(' ')].join(' '),
    )
    .join('\n')
}

function containerText(found: WireCase | undefined): string {
  const { container, evidence } = found ?? {}
  if (container === undefined) return ''
  const head = `${code(container.id)} (${container.confidence}: ${plain(container.how)})`
  if (evidence === undefined) return head
  const parts = evidence.parts.map(({ name, at, sha256, error }) =>
    error === undefined ? `- ${name}, ${at}, SHA-256 ${sha256}` : `- ${name}: ${plain(error)}`,
  )
  return [head, '', fenced(JSON.stringify(evidence.facts, undefined, 2)), '', ...parts].join('\n')
}

function guideText(guide: WireCase['guide']): string {
  return guide
    .filter(({ tickable }) => tickable)
    .map(({ text, state, ticked_by: by, answers }) => {
      const counts = answers.map(({ count, noun }) => `${count} ${noun}s`).join(', ')
      const who = by === undefined ? '' : ` (${state}, ${plain(by)})`
      return `- [${state === 'open' ? ' ' : 'x'}] ${plain(text)}${who}${counts === '' ? '' : `: ${counts}`}`
    })
    .join('\n')
}

/** Text between fences that are longer than any in it. */
function fenced(text: string): string {
  if (text === '') return ''
  const shown = text.split('\n').map(visibleText).join('\n')
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${shown}\n${fence}`
}

function code(text: string): string {
  return `\`${visibleText(text).replaceAll('`', "'")}\``
}

/** On one line, with the signs of Markdown and of markup as themselves. */
function plain(text: string): string {
  return visibleText(text.replaceAll(/\s+/g, ' ').trim()).replaceAll(
    /[\\`*_{}[\]<>()#|!~&]/g,
    '\\$&',
  )
}
