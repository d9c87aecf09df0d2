import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { ordinaryStream, processEvents } from '../bench/support/process-events.ts'

const help = `Writes process events, one JSON document a line, to standard output: something to try
\`vedette hunt\` and the benches on. The same options give the same bytes.

  node scripts/generate-events.ts [--count ${ordinaryStream.count}] [--seed ${ordinaryStream.seed}] [--hosts ${ordinaryStream.hosts}] [--attacks ${ordinaryStream.attacksPerMillion}]

  --attacks   privileged containers in a million starts, each from a parent never seen before`

const { values } = parseArgs({
  options: {
    count: { type: 'string' },
    seed: { type: 'string' },
    hosts: { type: 'string' },
    attacks: { type: 'string' },
    help: { type: 'boolean' },
  },
})

if (values.help === true) {
  console.log(help)
} else {
  const number = (text: string | undefined, standard: number) => Number(text ?? standard)
  const stream = processEvents({
    ...ordinaryStream,
    count: number(values.count, ordinaryStream.count),
    seed: number(values.seed, ordinaryStream.seed),
    hosts: number(values.hosts, ordinaryStream.hosts),
    attacksPerMillion: number(values.attacks, ordinaryStream.attacksPerMillion),
  })
  for (const document of stream) {
    if (!process.stdout.write(`${JSON.stringify(document)}\n`)) await once(process.stdout, 'drain')
  }
}
