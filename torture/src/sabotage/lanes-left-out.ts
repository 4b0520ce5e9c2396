import type { laneOf as soundLaneOf } from '../../../services/dispatcher/src/domain/lane-of.ts'

/** Every command is a conversation of its own. */
export const laneOf: typeof soundLaneOf = (_reading, { topic, partition, offset }) => `${topic} ${partition} ${offset}`
