import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const usage = `Usage: node scripts/generate-fields.ts FOLDER

Writes src/event/known-fields.json: the name, type, ignore_above and multi-fields of every field of
  FOLDER/ecs/ecs_flat.yml              the Elastic Common Schema, one entry a field
  FOLDER/endpoint/endpoint_fields.tsv  field, type and data streams of the endpoint integration

Where both know a field, the schema's type holds and the endpoint's multi-fields are added.
Codes are explained in src/event/ecs-catalogue.ts.`

interface Field {
  readonly type: string
  readonly ignoreAbove?: string | undefined
  readonly multiFields: Set<string>
}

const [folder] = process.argv.slice(2)
if (folder === undefined || folder === '--help' || folder === '-h') {
  console.log(usage)
  process.exit(folder === undefined ? 2 : 0)
}

const fields = schemaFields(readFileSync(join(folder, 'ecs/ecs_flat.yml'), 'utf8'))
addEndpointFields(fields, readFileSync(join(folder, 'endpoint/endpoint_fields.tsv'), 'utf8'))
const target = fileURLToPath(new URL('../src/event/known-fields.json', import.meta.url))
writeFileSync(target, `${JSON.stringify(treeOf(fields), null, 1)}\n`)
console.log(`${target}: ${fields.size} fields`)

/** The file is machine-written YAML of one shape, so lines are enough; a YAML parser would be one more dependency. */
function schemaFields(yaml: string): Map<string, Field> {
  const found = new Map<string, Field>()
  for (const block of yaml.split(/\n(?=\S)/)) {
    const name = /^'?([^':\n]+(?::[^':\n]+)*)'?:\n/.exec(block)?.[1]
    const type = /^ {2}type: (\S+)$/m.exec(block)?.[1]
    if (name === undefined || type === undefined) continue
    const multiFields = new Set<string>()
    for (const [, multi = '', multiType = ''] of block.matchAll(
      /^ {2}- flat_name: \S+\n {4}name: (\S+)\n {4}type: (\S+)$/gm,
    )) {
      if (multiType !== 'match_only_text') throw new Error(`${name}.${multi}: type ${multiType}`)
      multiFields.add(multi)
    }
    found.set(name, {
      type,
      ignoreAbove: /^ {2}ignore_above: (\d+)$/m.exec(block)?.[1],
      multiFields,
    })
  }
  return found
}

function addEndpointFields(known: Map<string, Field>, tsv: string): void {
  const rows = tsv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
  const names = new Set(rows.map(([name = '']) => name))
  for (const [name = '', type = ''] of rows) {
    const [, parent = '', multi = ''] = /^(.*)\.(text|caseless)$/.exec(name) ?? []
    if (names.has(parent) && rows.some(([n, t]) => n === parent && t !== 'object')) {
      known.get(parent)?.multiFields.add(multi)
      continue
    }
    if (known.has(name)) continue
    // The integration's keywords are cut at 1024 like the schema's; its list does not repeat it.
    const ignoreAbove = type === 'keyword' ? '1024' : undefined
    known.set(name, { type, ignoreAbove, multiFields: new Set() })
  }
}

interface Tree {
  [part: string]: string | Tree
}

/** Fields by the parts of their names; a field that also has fields below it stands under the empty part. */
function treeOf(known: ReadonlyMap<string, Field>): Tree {
  const root: Tree = {}
  for (const [name, field] of [...known].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    let node = root
    const parts = name.split('.')
    const last = parts.pop() ?? ''
    for (const part of parts) {
      const below = node[part]
      node = node[part] =
        typeof below === 'object' ? below : below === undefined ? {} : { '': below }
    }
    const below = node[last]
    if (typeof below === 'object') below[''] = codeOf(field)
    else node[last] = codeOf(field)
  }
  return root
}

function codeOf({ type, ignoreAbove, multiFields }: Field): string {
  const limit = ignoreAbove === undefined ? '' : `:${ignoreAbove}`
  const own = `${type}${limit}`
  const multi = [...multiFields].toSorted().map((name) => `+${name}`)
  return `${own === 'keyword:1024' ? '' : own}${multi.join('')}`
}
