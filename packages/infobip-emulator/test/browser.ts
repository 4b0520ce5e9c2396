import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

/** The browsers that a machine may have of its own, before the one that comes with the tests. */
const INSTALLED = [
  process.env.CHROMIUM_BIN,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].filter((path) => path !== undefined && path !== '')

/** Headless Chromium: the machine's, else one that unpacks from a package. */
export async function launchBrowser(): Promise<Browser> {
  const installed = INSTALLED.find((path) => path !== undefined && existsSync(path))
  // Tests may run as root, in a container: Chromium's sandbox does not.
  if (installed !== undefined) return chromium.launch({ executablePath: installed, args: ['--no-sandbox'] })
  const { default: packed } = await import('@sparticuz/chromium')
  return chromium.launch({ executablePath: await packed.executablePath(), args: [...packed.args, '--no-sandbox'] })
}
