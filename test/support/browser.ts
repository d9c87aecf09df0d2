import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from 'playwright-core'
import { build } from 'vite'

const executablePath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path))

/** Why tests of the page do not run; undefined where they do. */
export const withoutBrowser =
  executablePath === undefined ? 'there is no Chromium on this machine' : undefined

/** A Chromium without a window. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    // Containers and root have no name spaces to spare for a sandbox; pages are our own.
    args: ['--no-sandbox'],
  })
}

/** Builds the page into the place where the server looks for it. */
export async function buildPage(): Promise<void> {
  await build({ configFile: fileURLToPath(new URL('../../web/vite.config.ts', import.meta.url)) })
}
