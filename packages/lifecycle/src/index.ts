export { BrokenInvariant } from './broken-invariant.ts'
export { run, type RunOptions } from './run.ts'
export type { Service } from './service.ts'
export { untilReady, type UntilReadyOptions } from './until-ready.ts'
