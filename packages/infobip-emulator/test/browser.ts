import { chromium, type Browser } from 'playwright-core'
import { findExecutables } from '../../local-stack/src/machine/find-executables.mjs'

/** The browsers that a PATH may have. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** Headless Chromium: that of CHROMIUM_BIN or the PATH, else one that unpacks from a package. */
export async function launchBrowser(): Promise<Browser> {
  const { env } = process
  const installed = env['CHROMIUM_BIN'] || NAMES.flatMap((name) => findExecutables(name, env))[0]
  // Tests may run as root, in a container: Chromium's sandbox does not.
  if (installed !== undefined) return chromium.launch({ executablePath: installed, args: ['--no-sandbox'] })
  const { default: packed } = await import('@sparticuz/chromium')
  // Its arguments are for functions in a cloud. In one process, a page that closes may take the browser along.
  const args = packed.args.filter((arg) => arg !== '--single-process')
  return chromium.launch({ executablePath: await packed.executablePath(), args: [...args, '--no-sandbox'] })
}
