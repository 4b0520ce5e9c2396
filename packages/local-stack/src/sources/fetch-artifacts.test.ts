import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Artifact } from './artifact.ts'
import { fetchArtifacts } from './fetch-artifacts.ts'
import type { MavenClient } from './maven-client.ts'

function artifact(name: string): Artifact {
  const bytes = Buffer.from(`content of ${name}`)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { coordinates: `org.example:${name}:1`, file: `${name}-1.jar`, bytes: bytes.length, sha256 }
}

const one = artifact('one')
const two = artifact('two')

const good: MavenClient = async ({ artifacts, draft, onArrived }) => {
  for (const { file, coordinates } of artifacts) {
    await writeFile(join(draft, file), `content of ${file.replace('-1.jar', '')}`)
    onArrived(coordinates)
  }
  return undefined
}

/** The first file arrives, of the second a part, then the connection breaks. */
const breaking: MavenClient = async ({ draft }) => {
  await writeFile(join(draft, one.file), 'content of one')
  await writeFile(join(draft, two.file), 'conte')
  return 'connection reset'
}

describe('files from Maven', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imchannel-artifacts-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const fetch = (...clients: MavenClient[]): Promise<void> => fetchArtifacts([one, two], folder, { env: {}, clients })

  test('arrive under their names alone', async () => {
    await fetch(good)
    expect(await readdir(folder)).toEqual([one.file, two.file])
  })

  test('that broke off are not taken for whole, and the error says what came', async () => {
    await expect(fetch(breaking)).rejects.toThrow(
      /org\.example:two:1\.\nconnection reset\norg\.example:two:1 arrived with 5 bytes/,
    )
    expect(await readdir(folder)).toEqual([one.file])
  })

  test('are asked of the next client where the first failed, and only those that are missing', async () => {
    const asked: string[] = []
    await fetch(breaking, async (request) => {
      asked.push(...request.artifacts.map(({ file }) => file))
      return good(request)
    })
    expect(asked).toEqual([two.file])
    expect(await readdir(folder)).toEqual([one.file, two.file])
  })

  test('are not asked for again', async () => {
    await fetch(good)
    await fetch(() => Promise.reject(new Error('asked')))
  })
})
