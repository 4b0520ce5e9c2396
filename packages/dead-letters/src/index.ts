export { commandOf, type DeadLetter, readDeadLetter } from './dead-letter.ts'
export { fitsLetter, type LetterFilter } from './letter-filter.ts'
export { LEFT_TEXT, type LeftReason, planReplay } from './plan-replay.ts'
export { clearRejected, toReplayRecord } from './replay-record.ts'
