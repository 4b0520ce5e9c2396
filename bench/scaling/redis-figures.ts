import { createRedis } from '../../packages/redis/src/index.ts'

/** What Redis says of itself, and the way back. */
export interface RedisFigures extends AsyncDisposable {
  look(): Promise<{ commands: number; netBytes: number; memory: number }>
}

export function openRedisFigures(url: string): RedisFigures {
  const redis = createRedis({ url }, { name: 'bench', onError: () => undefined })
  return {
    look: async () => {
      const info = `${await redis.info('stats')}\n${await redis.info('memory')}`
      const read = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? Number.NaN)
      return {
        commands: read('total_commands_processed'),
        netBytes: read('total_net_input_bytes') + read('total_net_output_bytes'),
        memory: read('used_memory'),
      }
    },
    [Symbol.asyncDispose]: async () => redis.disconnect(),
  }
}
