import { readFile } from 'node:fs/promises'
import type { Api } from '#api'
import { Fault, messageOf } from '#base'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { findRule } from './rule-reference.ts'
import { shown, type Terminal, type Tone } from './terminal.ts'

type Diff = Awaited<ReturnType<Api['diffRule']>>
type Hunk = Diff['hunks'][number]

/** Lines around a change that are shown with it. */
const around = 3

/** `vedette rule diff`: what became of a rule's text here and in its update. Exit code 0 also where they differ. */
export async function ruleDiff(call: Call, terminal: Terminal): Promise<ExitCode> {
  const [word = '', path] = call.positionals
  const version = versionOf(call)
  const { api } = await connect(call, terminal)
  const { id } = await findRule(api, word)
  const asked = { id, ...(version === undefined ? {} : { version }) }
  const diff =
    path === undefined
      ? await api.diffRule(asked)
      : await api.diffRuleWith({
          id,
          body: {
            name: path,
            text: await textOf(path),
            ...(version === undefined ? {} : { version }),
          },
        })
  if (call.has('json')) {
    terminal.out(`${JSON.stringify(diff)}\n`)
    return exitCode.done
  }
  terminal.out(diff.hunks.map((hunk, at) => hunkText(hunk, at, { diff, terminal })).join(''))
  terminal.note(summaryOf(diff))
  return exitCode.done
}

function versionOf(call: Call): number | undefined {
  const text = call.text('version')
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw usageFault(
    '--version is a revision, a whole number; the last line of the diff tells which are kept',
  )
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const message = `cannot read ${path}: ${messageOf(cause)}`
    throw new Fault('not-found', 'cli.unreadable', message, { cause })
  }
}

function hunkText(
  hunk: Hunk,
  at: number,
  { diff, terminal }: { readonly diff: Diff; readonly terminal: Terminal },
): string {
  const line = (sign: string, tone: Tone | undefined) => (text: string) => {
    const whole = `${sign}${shown(text)}`
    return `${tone === undefined ? whole : terminal.tint(tone, whole)}\n`
  }
  const gone = hunk.base.map(line('- ', 'bad'))
  if (hunk.kind === 'same') {
    const isFirst = at === 0
    const isLast = at === diff.hunks.length - 1
    return contextOf(hunk.base, { isFirst, isLast }).map(line('  ', undefined)).join('')
  }
  const mark = (text: string) => terminal.tint('strong', `@@ ${text} @@\n`)
  if (hunk.kind === 'both') {
    return [
      mark('changed alike here and in the update'),
      ...gone,
      ...hunk.yours.map(line('+ ', 'good')),
    ].join('')
  }
  if (hunk.kind === 'yours') {
    return [mark('changed here'), ...gone, ...hunk.yours.map(line('+ ', 'good'))].join('')
  }
  if (hunk.kind === 'new') {
    return [mark('changed by the update'), ...gone, ...hunk.new.map(line('+ ', 'good'))].join('')
  }
  return [
    mark('changed differently here (<) and by the update (>)'),
    ...gone,
    ...hunk.yours.map(line('< ', 'warning')),
    ...hunk.new.map(line('> ', 'warning')),
  ].join('')
}

function contextOf(
  lines: readonly string[],
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): readonly string[] {
  const head = isFirst ? [] : lines.slice(0, around)
  const tail = isLast ? [] : lines.slice(-around)
  if (head.length + tail.length >= lines.length) return lines
  return [...head, ...(isFirst || isLast ? [] : ['…']), ...tail]
}

function summaryOf({ base, yours, next, hunks, versions }: Diff): string {
  const count = (kind: Hunk['kind']) => hunks.filter((hunk) => hunk.kind === kind).length
  const from = base.came === 'import' ? 'imported' : 'written'
  const update = next === undefined ? 'no update is waiting' : `update of version ${next.version}`
  const kept = versions.map(({ revision }) => revision).join(', ')
  return (
    `since revision ${base.revision} (version ${base.version}, ${from} ${shown(base.at)}): ` +
    `${count('yours') + count('conflict') + count('both')} changes here (revision ${yours.revision}); ` +
    `${update}: ${count('new')} changes, ${count('conflict')} conflicts; revisions kept: ${kept}\n`
  )
}
