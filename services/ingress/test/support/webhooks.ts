import { authorization, sender } from './start-ingress.ts'

/** An inbound text as Infobip writes it; amounts with their digits. */
export function textMessage(messageId: string, more: { text?: string; from?: string } = {}): string {
  const { text = 'Oh well', from = '351927482662' } = more
  return `{"from":"${from}","to":"${sender}","integrationType":"WHATSAPP","receivedAt":"2025-02-27T15:44:57.000+0000","messageId":"${messageId}","pairedMessageId":null,"callbackData":null,"message":{"text":${JSON.stringify(text)},"type":"TEXT"},"contact":{"name":"Teresa Gomes"},"price":{"pricePerMessage":0.000000,"currency":"SEK"}}`
}

export function deliveryReport(messageId: string, to = '351927482662'): string {
  return `{"bulkId":"b1","messageId":"${messageId}","to":"${to}","sentAt":"2025-02-27T15:45:00.000+0000","doneAt":"2025-02-27T15:45:01.000+0000","messageCount":1,"price":{"pricePerMessage":0.010000,"currency":"EUR"},"status":{"groupId":3,"groupName":"DELIVERED","id":5,"name":"DELIVERED_TO_HANDSET","description":"Message delivered to handset"},"error":{"groupId":0,"groupName":"OK","id":0,"name":"NO_ERROR","description":"No Error","permanent":false},"channel":"WHATSAPP"}`
}

export function seenReport(messageId: string): string {
  return `{"messageId":"${messageId}","from":"${sender}","to":"351927482662","sentAt":"2025-02-27T15:45:00.000+0000","seenAt":"2025-02-27T15:46:00.000+0000"}`
}

export function webhookOf(...results: readonly string[]): string {
  return `{"results":[${results.join(',')}],"messageCount":${results.length},"pendingMessageCount":0}`
}

export interface PostOptions {
  readonly tenant?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Posts a webhook as Infobip does. */
export async function post(
  url: string,
  body: string | Buffer | undefined,
  options: PostOptions = {},
): Promise<Response> {
  const { tenant = 'acme', path = 'onMessage', headers = {} } = options
  return await fetch(`${url}/${tenant}/imchannel/${path}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  })
}
