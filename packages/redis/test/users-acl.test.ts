import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const read = async (path: string): Promise<string> => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8')

test('docs/operations.md lists the users of Redis as infra/redis/users.acl has them', async () => {
  expect(await read('docs/operations.md')).toContain(`\`\`\`text\n${await read('infra/redis/users.acl')}\`\`\``)
})
