import type { Contender } from './contender.ts'
import { runProcess } from './run-process.ts'

/** express and one kafkajs send a request; eachMessage and got. */
export const naive: Contender = {
  name: 'naive express + kafkajs',
  prepare: async () => undefined,
  startIngress: (stage, prefix) =>
    runProcess(stage, 'naive-ingress', {
      command: process.execPath,
      args: () => ['bench/peers/naive/ingress.mjs'],
      env: (port) => ({ PORT: String(port), PREFIX: prefix, KAFKA_BROKERS: stage.brokers.join(',') }),
      readyPath: '/',
    }),
  startDispatcher: (stage, prefix, provider) =>
    runProcess(stage, 'naive-dispatcher', {
      command: process.execPath,
      args: () => ['bench/peers/naive/dispatcher.mjs'],
      env: () => ({ PROVIDER: provider, PREFIX: prefix, KAFKA_BROKERS: stage.brokers.join(',') }),
      readyPath: '/',
      listens: false,
    }),
}
