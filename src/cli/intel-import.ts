import { readFile, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { messageOf, parseDuration } from '#base'
import { indicatorEventOf, intelFormats, readIndicators, type IntelFormat } from '#detect'
import type { IntelReading } from '#detect'
import type { Call } from './command.ts'
import { connect } from './connect.ts'
import { exitCode, usageFault, type ExitCode } from './exit-code.ts'
import { bulkSender } from './intel/send-bulk.ts'
import { shown, type Terminal } from './terminal.ts'

/** A list is read whole; larger ones are to be split. */
const maxBytes = 256 * 1024 * 1024

/** Problems of a file that are told one by one. */
const maxTold = 20

/** `vedette intel import`: indicators of lists become events that threat_match rules compare with. */
export async function intelImport(call: Call, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(call)
  const lifetimeMs = lifetimeOf(call)
  const { url, token } = await connect(call, terminal)
  const sender = bulkSender({ url, token, terminal })
  let incomplete = false
  for (const path of call.positionals) {
    const text = await textOf(path, terminal)
    const nowMs = terminal.clock.nowMs()
    const reading = text.ok ? readIndicators(text.value, { nowMs, ...format }) : text
    if (!reading.ok) {
      terminal.err(`error: ${shown(path)}: ${shown(reading.error)}\n`)
      incomplete = true
      continue
    }
    tell(path, reading.value, terminal)
    const provider = call.text('provider') ?? providerOf(path)
    const options = { nowMs, provider, ...(lifetimeMs === undefined ? {} : { lifetimeMs }) }
    const outcome = await sender.send(
      reading.value.indicators.map((indicator) => indicatorEventOf(indicator, options)),
      { name: shown(path) },
    )
    for (const reason of outcome.refused.slice(0, maxTold)) {
      terminal.err(`error: ${shown(path)}: refused: ${shown(reason)}\n`)
    }
    const unreadable = reading.value.problems.filter(({ kind }) => kind === 'unreadable').length
    const unsupported = reading.value.problems.length - unreadable
    terminal.out(
      `${shown(path)}: ${outcome.created} new, ${outcome.known} known, ${reading.value.outdated} outdated, ${unsupported} not supported, ${unreadable + outcome.refused.length} not read\n`,
    )
    if (unreadable + outcome.refused.length > 0) incomplete = true
  }
  return incomplete ? exitCode.partial : exitCode.done
}

function formatOf(call: Call): { readonly format?: IntelFormat } {
  const asked = call.text('format')
  if (asked === undefined || asked === 'auto') return {}
  const format = intelFormats.find((each) => each === asked)
  if (format === undefined) throw usageFault(`--format is one of auto, ${intelFormats.join(', ')}`)
  return { format }
}

function lifetimeOf(call: Call): number | undefined {
  const text = call.text('expires')
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  if (ms === undefined || ms <= 0) throw usageFault('--expires is a duration such as 30d')
  return ms
}

function providerOf(path: string): string {
  return path === '-' ? 'import' : basename(path, extname(path))
}

/** The text of a file or of stdin, or why there is none. */
async function textOf(
  path: string,
  terminal: Terminal,
): Promise<
  { readonly ok: true; readonly value: string } | { readonly ok: false; readonly error: string }
> {
  const tooLarge = `it is larger than ${maxBytes / 1024 / 1024} MiB; split it`
  try {
    if (path !== '-' && (await stat(path)).size > maxBytes) return { ok: false, error: tooLarge }
    const bytes = path === '-' ? await allOf(terminal.input) : await readFile(path)
    if (bytes === undefined) return { ok: false, error: tooLarge }
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch (thrown) {
    return { ok: false, error: messageOf(thrown) }
  }
}

async function allOf(input: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of input) {
    bytes += chunk.length
    if (bytes > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Names what gave no indicator: each bad line, and unsupported things by how many there are of each. */
function tell(path: string, { problems }: IntelReading, terminal: Terminal): void {
  const unreadable = problems.filter(({ kind }) => kind === 'unreadable')
  for (const { place, message } of unreadable.slice(0, maxTold)) {
    terminal.err(`error: ${shown(path)}:${shown(place)}: ${shown(message)}\n`)
  }
  if (unreadable.length > maxTold) {
    terminal.err(`error: ${shown(path)}: and ${unreadable.length - maxTold} more like these\n`)
  }
  const placesByMessage = new Map<string, string[]>()
  for (const { kind, place, message } of problems) {
    if (kind !== 'unsupported') continue
    const places = placesByMessage.get(message) ?? []
    places.push(place)
    placesByMessage.set(message, places)
  }
  const ordered = [...placesByMessage].toSorted(([, a], [, b]) => b.length - a.length)
  for (const [message, places] of ordered.slice(0, maxTold)) {
    const [first = ''] = places
    const more = places.length === 1 ? '' : ` and ${places.length - 1} more`
    terminal.err(`warning: ${shown(path)}: ${shown(message)} (${shown(first)}${more})\n`)
  }
  if (ordered.length > maxTold) {
    terminal.err(`warning: ${shown(path)}: and ${ordered.length - maxTold} more reasons\n`)
  }
}
