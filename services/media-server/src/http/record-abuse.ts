import type { IncomingMessage } from 'node:http'
import type { AddressLimiter } from '@imchannel/http'

/** Notes that the sender of a request did once more what nobody who means well does often; not ok when it was too often. */
export type RecordAbuse = (request: IncomingMessage) => ReturnType<AddressLimiter['note']>
