import { integrations } from '#integration'
import { bulkBodies } from './fuzz/bulk-bodies.ts'
import { fuzzCommand, maxMs } from './fuzz/command.ts'
import { integrationLines } from './fuzz/integration-lines.ts'
import { requestBodies } from './fuzz/request-bodies.ts'
import { searchBodies } from './fuzz/search-bodies.ts'

const usage = `Usage: node scripts/fuzz-server.ts [INPUTS] [--of bulk|search|bodies|INTEGRATION] [--seed NUMBER]

Feeds the doors of the server with INPUTS hostile inputs (5,000,000 unless said otherwise):

  bulk     bodies of _bulk: lines, actions and documents, changed in a few places and cut anywhere on their way.
           What the scanner takes must be what parsing the whole takes
  search   bodies of searches: queries, aggregations, sorts, and anything where something else is expected. Each
           is read or refused in words; what is read must find what the slow reference finds
  bodies   JSON bodies of the API's routes. What is let through is what the OpenAPI document, read by itself, lets through
  auditd, syslog, … (${integrations.map(({ name }) => name).join(', ')})
           lines of that integration's sample, changed. Each is told of, and every event can be kept

None may throw, none may take longer than ${maxMs} ms of processor time (one that does is tried again).
The same seed makes the same inputs.

Exit status: 0 when all is well; 1 when an input broke something, which is then printed; 2 for a wrong call.`

const command = fuzzCommand(usage, { of: 'bulk', inputs: () => 5_000_000 })
if (command.of === 'bulk') command.run(bulkBodies(command.draw))
if (command.of === 'search') command.run(searchBodies(command.draw))
if (command.of === 'bodies') command.run(requestBodies(command.draw))
const integration = integrations.find(({ name }) => name === command.of)
if (integration !== undefined) command.run(integrationLines(command.draw, integration))
command.refuse()
