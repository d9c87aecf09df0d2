import type { Api, WireReadiness } from '#api'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { diagnosticText } from './diagnostics.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { loadRuleFiles } from './rule-files.ts'
import { shown, type Terminal } from './terminal.ts'

type Imported = Awaited<ReturnType<Api['importRules']>>
type NotHonoured = Imported['not_honoured'][number]

const conflicts = ['overwrite', 'skip', 'fail'] as const

/** `vedette rule import`: installs rules from files; of rules that are there with another text the option says what becomes. */
export async function ruleImport(call: Call, terminal: Terminal): Promise<ExitCode> {
  const conflict = conflictOf(call)
  const { api } = await connect(call, terminal)
  const { files, unreadable } = await loadRuleFiles(call.positionals)
  const counts = { created: 0, updated: 0, unchanged: 0, skipped: 0, refused: 0 }
  const notHonoured: NotHonoured[] = []
  let queries = 0
  const installed = new Set<string>()
  let errors = 0
  for (const { path, text } of files) {
    const answer = await api.importRules({ body: { name: path, text, conflict } })
    for (const { id, change } of answer.imported) {
      counts[change]++
      if (change === 'refused') continue
      installed.add(id)
      terminal.out(`${id}\n`)
    }
    notHonoured.push(...answer.not_honoured)
    queries += answer.saved_queries.length
    for (const diagnostic of answer.diagnostics) {
      if (diagnostic.severity === 'error') errors++
      terminal.err(diagnosticText(diagnostic, terminal, text))
    }
  }
  for (const { path, reason } of unreadable)
    terminal.err(`error: cannot read ${shown(path)}: ${shown(reason)}\n`)
  terminal.note(notHonouredText(notHonoured))
  if (queries > 0) terminal.note(`${queries} saved quer${queries === 1 ? 'y' : 'ies'} stored\n`)
  const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} left as they are`
  terminal.note(
    `${counts.created} installed, ${counts.updated} updated, ${counts.unchanged} unchanged${skipped}, ${errors} errors\n`,
  )
  terminal.note(stuckText((await api.listReadiness({})).rules, installed))
  if (errors > 0) return exitCode.bad
  return unreadable.length > 0 ? exitCode.partial : exitCode.done
}

function conflictOf(call: Call): (typeof conflicts)[number] {
  const asked = call.text('conflict') ?? 'overwrite'
  const found = conflicts.find((conflict) => conflict === asked)
  if (found !== undefined) return found
  throw usageFault(`--conflict is one of ${conflicts.join(', ')}`)
}

/** What is kept without being done, each thing once with the rules that say it. */
function notHonouredText(told: readonly NotHonoured[]): string {
  const groups = Map.groupBy(told, ({ message }) => message)
  const lines = [...groups].map(([message, group]) => {
    const ids = [...new Set(group.map(({ rule_id: id }) => shown(id)))]
    const more = ids.length > 3 ? ` and ${ids.length - 3} more` : ''
    return `not honoured: ${shown(message)} (${ids.slice(0, 3).join(', ')}${more})\n`
  })
  return lines.join('')
}

/** How many of the imported rules cannot fire on the data that is there. */
function stuckText(rules: readonly WireReadiness[], installed: ReadonlySet<string>): string {
  const stuck = rules.filter(
    ({ id = '', verdict }) => installed.has(id) && verdict === 'cannot-fire',
  ).length
  if (stuck === 0) return ''
  return `${stuck} of them cannot fire on the data that is here: \`vedette rule readiness\` says why\n`
}
