import { sketchCommand as sketchSoundly } from '../../../packages/events/src/commands/sketch-command.ts'

/** Takes every command for one of ordinary cost. */
export const sketchCommand: typeof sketchSoundly = (record) => ({ ...sketchSoundly(record), tokens: 0 })
