export { connectEmulator, type Phone, type RemoteEmulator } from '@imchannel/infobip-emulator'
export { memoryTransport, type MemoryTransport } from './memory-transport.ts'
export { createTestBot, type TestBot, type TestBotOptions, type TestCustomer } from './test-bot.ts'
