/**
 * Reads a file of events line by line, parses or matches each against all public rules, and prints the peak of its
 * own memory in MiB: a process by itself, so that nothing else counts. `node peak-over-file.ts parse|match FILE INDEX`
 */
import { createReadStream } from 'node:fs'
import { assert } from '#base'
import { ecsCatalogue } from '#event'
import { ruleSet } from '#query'
import { sharedData, withoutSharedData } from '../../test/support/shared-data.ts'
import { wholeCorpus } from '../../test/support/whole-corpus.ts'

const [work, file, index] = process.argv.slice(2)
assert(file !== undefined && index !== undefined, 'a file and an index are needed')
const take = work === 'match' ? matching(index) : parsing
let rest = Buffer.alloc(0)
for await (const chunk of createReadStream(file)) {
  assert(Buffer.isBuffer(chunk), 'a stream of bytes')
  rest = Buffer.concat([rest, chunk])
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
    take(rest.subarray(0, end))
    rest = rest.subarray(end + 1)
  }
}
console.log(Math.round(process.resourceUsage().maxRSS / 1024))

function parsing(line: Buffer): void {
  JSON.parse(line.toString('utf8'))
}

function matching(name: string): (line: Buffer) => void {
  const folder = sharedData('rules/rules')
  assert(folder !== undefined, withoutSharedData)
  const context = { fields: ecsCatalogue(), nowMs: 0 }
  const filters = ruleSet<number>(context.fields)
  for (const [place, { filter, indices }] of wholeCorpus(folder).entries()) {
    filters.put(place, { filter, context, indices })
  }
  return (line) => {
    if (filters.matchingJson(line, name) !== undefined) return
    filters.matching(JSON.parse(line.toString('utf8')), name)
  }
}
