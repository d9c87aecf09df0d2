import { bulkBodies } from './fuzz/bulk-bodies.ts'
import { fuzzCommand, maxMs } from './fuzz/command.ts'
import { searchBodies } from './fuzz/search-bodies.ts'

const usage = `Usage: node scripts/fuzz-server.ts [INPUTS] [--of bulk|search] [--seed NUMBER]

Feeds the doors of the server with INPUTS hostile inputs (1,000,000 unless said otherwise):

  bulk     bodies of _bulk: lines, actions and documents, changed in a few places and cut anywhere on their way.
           What the scanner takes must be what parsing the whole takes
  search   bodies of searches: queries, aggregations, sorts, and anything where something else is expected. Each
           is read or refused in words; what is read must find what the slow reference finds

None may throw, none may take longer than ${maxMs} ms of processor time (one that does is tried again).
The same seed makes the same inputs.

Exit status: 0 when all is well; 1 when an input broke something, which is then printed; 2 for a wrong call.`

const command = fuzzCommand(usage, { of: 'bulk', inputs: () => 1_000_000 })
if (command.of === 'bulk') command.run(bulkBodies(command.draw))
if (command.of === 'search') command.run(searchBodies(command.draw))
command.refuse()
