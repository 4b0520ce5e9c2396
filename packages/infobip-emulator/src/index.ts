export { createEmulator, type Emulator, type EmulatorHooks } from './emulator.ts'
export { InvalidOptions, type EmulatorOptions, type Settings } from './settings.ts'
export type { FaultInput } from './faults/fault.ts'
export type { ApiRequest, Customer, Message, Webhook } from './store/entities.ts'
