import { getContainerRuntimeClient, ImageName } from 'testcontainers'

/** What `docker compose build emulator` makes. */
export const image = 'imchannel/emulator:dev'

/** Why a container of that image cannot run here; undefined where it can. */
export async function obstacle(): Promise<string | undefined> {
  try {
    const client = await getContainerRuntimeClient()
    if (await client.image.exists(ImageName.fromString(image))) return undefined
    return `no image ${image}: docker compose build emulator`
  } catch (error) {
    return `no Docker: ${error instanceof Error ? error.message : String(error)}`
  }
}
