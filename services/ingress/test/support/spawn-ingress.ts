import { type ServiceProcess, spawnService } from '@imchannel/testkit'
import { type IngressSettings, writeConfig } from './start-ingress.ts'

export type IngressProcess = ServiceProcess & { configFile: string; removeConfig: () => Promise<void> }

/** Ingress as its users start it: a process of its own. */
export async function spawnIngress(
  settings: IngressSettings,
  env: Readonly<Record<string, string>> = {},
): Promise<IngressProcess> {
  const { file, remove } = await writeConfig(settings)
  const service = await spawnService('ingress', { IMCHANNEL_CONFIG: file, ...env }, { ready: settings.ready ?? true })
  return Object.assign(service, { configFile: file, removeConfig: remove })
}
