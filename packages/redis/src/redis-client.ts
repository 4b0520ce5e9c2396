import type { Cluster, Redis } from 'ioredis'

/** One Redis, or a cluster of them. Scripts and pipelines keep to keys of one slot: `{…}` in a key decides it. */
export type RedisClient = Redis | Cluster
