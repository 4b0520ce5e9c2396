import type { BatchObservableResult, Observable } from '@opentelemetry/api'
import type { PartitionLag } from './consumer-options.ts'
import { kafkaInstruments, kafkaMeter } from '../instruments.ts'
import type { Lanes } from './lanes.ts'

/** Shows a consumer's lag and lanes as metrics until the function it returns is called. */
export function observeConsumer(groupId: string, lag: () => PartitionLag[], lanes: Lanes): () => void {
  const { lag: lagGauge, oldestUnfinished, unfinished, lanes: lanesGauge, failed } = kafkaInstruments()
  const gauges: Observable[] = [lagGauge, oldestUnfinished, unfinished, lanesGauge, failed]
  const group = { 'messaging.consumer.group.name': groupId }
  const observe = (result: BatchObservableResult) => {
    for (const one of lag()) {
      const partition = {
        ...group,
        'messaging.destination.name': one.topic,
        'messaging.destination.partition.id': String(one.partition),
      }
      if (one.lag !== undefined) result.observe(lagGauge, one.lag, partition)
      result.observe(unfinished, one.unfinished, partition)
      if (one.failure !== undefined) result.observe(failed, 1, partition)
      const ageMs = one.oldestUnfinishedAt === undefined ? 0 : Date.now() - one.oldestUnfinishedAt
      result.observe(oldestUnfinished, Math.max(0, ageMs / 1000), partition)
    }
    for (const [state, count] of Object.entries(lanes.counts())) result.observe(lanesGauge, count, { ...group, state })
  }
  kafkaMeter().addBatchObservableCallback(observe, gauges)
  return () => kafkaMeter().removeBatchObservableCallback(observe, gauges)
}
