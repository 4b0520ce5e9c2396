import { createOrderedConsumer } from '../src/index.ts'
import { kafkaClientSuite } from './kafka-client-suite.ts'

kafkaClientSuite({ name: 'kafkajs', createConsumer: createOrderedConsumer })
