import type { JsonObject } from '#base'
import { elementsOf, memberAt } from './event-lookup.ts'

/**
 * One sentence that says who did what where, from the event's own fields; what is absent is left out.
 * A port is told only where it is text, and "-" stands for nothing.
 */
export function reasonOf(
  source: JsonObject,
  { severity, name }: { readonly severity: string; readonly name: string },
): string {
  const said = (field: string) => textOf(source, field)
  const parts = [
    piece(' process ', said('process.name'), ','),
    piece(' parent process ', said('process.parent.name'), ','),
    piece(' file ', said('file.name'), ','),
    address(' source ', said('source.ip'), said('source.port')),
    address(' destination ', said('destination.ip'), said('destination.port')),
  ].join('')
  return [
    piece('', said('event.category'), ' '),
    'event',
    parts === '' ? '' : ' with',
    parts,
    piece(' by ', said('user.name'), ''),
    piece(' on ', said('host.name'), ''),
    ` created ${severity} alert ${name}.`,
  ].join('')
}

function textOf(source: JsonObject, field: string): string | undefined {
  const value = memberAt(source, field)
  if (typeof value === 'number' || typeof value === 'boolean') return undefined
  const text = elementsOf(value).map(String).join(', ')
  return text === '' || text === '-' ? undefined : text
}

function piece(before: string, text: string | undefined, after: string): string {
  return text === undefined ? '' : `${before}${text}${after}`
}

function address(before: string, ip: string | undefined, port: string | undefined): string {
  return ip === undefined ? '' : `${before}${ip}${piece(':', port, ',')}`
}
