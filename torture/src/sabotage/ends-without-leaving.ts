import { createKafkajsGroupSession as createSound } from '../../../packages/kafka/src/kafkajs/kafkajs-group-session.ts'

/** Ends, and lets its group find out. */
export const createKafkajsGroupSession: typeof createSound = (...args) => ({
  ...createSound(...args),
  stop: async () => undefined,
})
