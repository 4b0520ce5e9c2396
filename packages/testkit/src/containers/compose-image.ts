import { readFile } from 'node:fs/promises'
import { getContainerRuntimeClient, ImageName } from './testcontainers.ts'

/** The image that docker-compose.yml has for a service. */
export async function composeImage(service: string): Promise<string> {
  const compose = await readFile(new URL('../../../../docker-compose.yml', import.meta.url), 'utf8')
  const image = new RegExp(`^  ${service}:\\n(?:    [^\\n]*\\n)*?    image: (\\S+)$`, 'm').exec(compose)?.[1]
  if (image === undefined) throw new Error(`docker-compose.yml has no image for ${service}`)
  return image.replace(/\$\{(\w+):-([^}]*)\}/, (_, name: string, unset: string) => process.env[name] ?? unset)
}

/** Why a container of that image cannot run here; undefined where it can. */
export async function obstacleTo(image: string): Promise<string | undefined> {
  try {
    const client = await getContainerRuntimeClient()
    const name = ImageName.fromString(image)
    if (!(await client.image.exists(name))) await client.image.pull(name)
    return undefined
  } catch (error) {
    return `no Docker, or ${image} cannot be pulled: ${error instanceof Error ? error.message : String(error)}`
  }
}
