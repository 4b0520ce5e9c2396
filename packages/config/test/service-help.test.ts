import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

// Without a configuration: the images are built with it, where there is none.
test.each(['ingress', 'dispatcher', 'media-server', 'console'])(
  '%s says what it is for, and ends with 0',
  (service) => {
    const args = [`services/${service}/src/main.ts`, '--help']
    const text = execFileSync(process.execPath, args, {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    })
    expect(text).toMatch(new RegExp(`^imchannel-${service}: `))
    expect(text).toContain('--check-config')
  },
)
