import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkout, nodeArguments, nodeEnvironment, PROGRAMS } from '@imchannel/local-stack'
import { expect, test } from 'vitest'

// `Object.keys` gives up the literal types that `PROGRAMS` has.
const names = Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[]

test.each(names)('the image of %s starts it as `npm start` does', async (name) => {
  const dockerfile = await readFile(join(checkout, 'infra/docker/Dockerfile'), 'utf8')
  const entrypoints = [...dockerfile.matchAll(/^ENTRYPOINT (.*)$/gm)].map(([, json = '']): unknown => JSON.parse(json))
  expect(entrypoints).toContainEqual(['node', ...nodeArguments(name)])
  const settings = Object.entries(nodeEnvironment(name)).map(([setting, value]) => `${setting}=${value}`)
  const stage = dockerfile.split(/^FROM /m).find((text) => text.startsWith(`runtime AS ${name}\n`))
  expect(/^ENV (.*)$/m.exec(stage ?? '')?.[1]?.split(' ')).toEqual(expect.arrayContaining(settings))
})
