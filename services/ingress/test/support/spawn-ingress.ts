import { type MemoryLimit, type ServiceProcess, spawnService } from '@imchannel/testkit'
import { type IngressSettings, writeConfig } from './start-ingress.ts'

export type IngressProcess = ServiceProcess & { configFile: string; removeConfig: () => Promise<void> }

/** Ingress as its users start it: a process of its own. */
export async function spawnIngress(
  settings: IngressSettings,
  env: Readonly<Record<string, string>> = {},
  memory?: MemoryLimit,
): Promise<IngressProcess> {
  const { file, remove } = await writeConfig(settings)
  const service = await spawnService(
    'ingress',
    { IMCHANNEL_CONFIG: file, ...env, ...memory?.env },
    {
      ready: settings.ready ?? true,
      under: memory?.under ?? [],
    },
  )
  return Object.assign(service, { configFile: file, removeConfig: remove })
}
