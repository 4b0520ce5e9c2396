export { answerWith, type LocalServer } from './answer-with.ts'
export { answersOf, type BotProgram } from './answers-of.ts'
export { collectRecords, type CollectedRecord, type RecordCollector } from './collect-records.ts'
export { documentedAcls, openAcls, type Acls } from './documented-acls.ts'
export { createFaultProxy, type FaultProxy } from './fault-proxy.ts'
export { findSecrets, type SecretLeak } from './secrets/find-secrets.ts'
export { type LeakPlace, observe, observeTopicsOf, plantSecret, watchSecretsOf } from './secrets/leak-watch.ts'
export { limitMemory, type MemoryLimit } from './limit-memory.ts'
export { createRandom, type Random } from './random.ts'
export { hasJaeger, startJaeger } from './start-jaeger.ts'
export { startOtlpReceiver, type OtlpReceiver } from './start-otlp-receiver.ts'
export type { RecordedSpan, RecordedSpanEvent, SpanKindName, SpanStore } from './recorded-span.ts'
export {
  startSecureKafka,
  startTokenEndpoint,
  unsignedToken,
  type SecureKafka,
  type SecureKafkaOptions,
  type TokenEndpoint,
} from './secure-kafka.ts'
export { selfSignedCert, type CertOptions } from './self-signed-cert.ts'
export { spawnService, type ServiceProcess, type SpawnOptions } from './spawn-service.ts'
export { startGuardedKafka, type GuardedKafka } from './start-guarded-kafka.ts'
export { startMovingRedis, type MovingRedis } from './start-moving-redis.ts'
export { redisTlsArgs, startRedisCluster, type RedisCluster } from './start-redis-cluster.ts'
export { startRedisFailover, type RedisFailover } from './start-redis-failover.ts'
export { startTestSystem, type TestSystem, type TestSystemOptions } from './test-system.ts'
export { testStack, type TestStack } from './test-stack.ts'
export { uniqueName, uniqueNumber } from './unique-name.ts'
export { waitUntil, type WaitOptions } from './wait-until.ts'
