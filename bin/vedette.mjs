#!/usr/bin/env node
// Plain JavaScript that an old Node understands: its work is to find a new one, or to say how to get one.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const needed = 24
const version = Number(process.versions.node.split('.')[0])

if (version >= needed) {
  const { main } = await import('../src/cli/main.ts')
  process.exitCode = await main(process.argv.slice(2))
} else {
  const beside = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))
  if (existsSync(beside)) runWith(beside)
  else explain()
}

function runWith(node) {
  const self = fileURLToPath(import.meta.url)
  const child = spawn(node, [self, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends SIGINT to both of us; everything else is passed on.
      if (signal !== 'SIGINT') child.kill(signal)
    })
  }
  child.on('error', (error) => {
    console.error(`error: cannot start ${node}: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
}

function explain() {
  console.error(`error: Vedette needs Node.js ${needed} or newer; this is ${process.versions.node}`)
  console.error('help: run `npm ci` in the folder of Vedette: it brings the right one along')
  process.exitCode = 1
}
