import type { ConfigSource } from '@imchannel/config'
import { createForgettings } from '@imchannel/facts'
import type { Forgettings } from '@imchannel/facts'
import { ensureTopics } from '@imchannel/kafka'
import type { KafkaClient } from '@imchannel/kafka'
import { auditSpec } from '../adapters/topic-specs.ts'
import type { DispatcherSettings } from '../config.ts'

/** Who was forgotten: for whatever is rebuilt from Kafka. */
export interface Forgetting {
  readonly known: Forgettings
  /** The topic that says it; undefined while no tenant has a `forgetSecret`, and nobody can be forgotten. */
  topic(): string | undefined
  /** Makes the topic where it is missing; why it cannot be. @throws where Kafka cannot be asked */
  prepare(): Promise<string | undefined>
}

export function openForgetting(
  client: KafkaClient,
  { config, settings }: { config: ConfigSource; settings: Pick<DispatcherSettings, 'topics' | 'partitions'> },
): Forgetting {
  const { audit } = settings.topics
  const tenants = () => config.current().tenants
  return {
    known: createForgettings((tenant) => tenants()[tenant]?.forgetSecret.map((secret) => secret.reveal()) ?? []),
    topic: () =>
      Object.values(tenants()).some((tenant) => (tenant?.forgetSecret.length ?? 0) > 0) ? audit : undefined,
    prepare: async () => {
      const [missing] = (await ensureTopics(client, [auditSpec(audit, settings.partitions)])).missing
      return missing && `${audit} is missing and may not be made (${missing.problem}): it says who was forgotten`
    },
  }
}
