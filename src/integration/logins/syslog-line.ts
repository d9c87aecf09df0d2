/** The parts of a line of syslog, as RFC 3164 and RFC 5424 and what programs make of them have it. */
export interface SyslogLine {
  readonly atMs: number
  readonly host: string
  readonly program: string
  readonly pid: number | undefined
  readonly message: string
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const old =
  /^(?:<\d{1,3}>)?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (\S{1,255}) ([^\s:[\]]{1,128})(?:\[(\d{1,10})\])?: ?(.*)$/s
const iso = '(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d))'
const dated = new RegExp(
  `^(?:<\\d{1,3}>)?${iso} (\\S{1,255}) ([^\\s:[\\]]{1,128})(?:\\[(\\d{1,10})\\])?: ?(.*)$`,
  's',
)
const structured = new RegExp(
  `^<\\d{1,3}>1 ${iso} (\\S{1,255}) (\\S{1,128}) (\\S{1,128}) \\S{1,32} (?:-|(?:\\[(?:[^\\]\\\\]|\\\\.)*\\])+) ?(?:\\ufeff)?(.*)$`,
  's',
)

/** The parts of a line; undefined for one that is none of syslog. Times without a zone are UTC. */
export function syslogLineOf(
  line: string,
  { nowMs }: { readonly nowMs: number },
): SyslogLine | undefined {
  const parts = old.exec(line)
  if (parts !== null) {
    const [, month = '', day, hour, minute, second, host = '', program = '', pid, message = ''] =
      parts
    const atMs = lastTime([months.indexOf(month), day, hour, minute, second].map(Number), nowMs)
    return atMs === undefined ? undefined : { atMs, host, program, pid: numberOf(pid), message }
  }
  const newer = structured.exec(line) ?? dated.exec(line)
  if (newer === null) return undefined
  const [, time = '', host = '', program = '', pid, message = ''] = newer
  const atMs = Date.parse(time)
  return Number.isNaN(atMs) ? undefined : { atMs, host, program, pid: numberOf(pid), message }
}

function numberOf(pid: string | undefined): number | undefined {
  return pid !== undefined && /^\d+$/.test(pid) ? Number(pid) : undefined
}

const dayMs = 86_400_000

/** The last time of that month, day and hour that is not more than a day ahead. */
function lastTime(parts: readonly number[], nowMs: number): number | undefined {
  const [month = -1, day = 0, hour = 0, minute = 0, second = 0] = parts
  if (month < 0) return undefined
  const year = new Date(nowMs + dayMs).getUTCFullYear()
  for (const candidate of [year, year - 1]) {
    const atMs = Date.UTC(candidate, month, day, hour, minute, second)
    if (atMs <= nowMs + dayMs) return atMs
  }
  return undefined
}
