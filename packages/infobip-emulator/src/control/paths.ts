/** What `GET /_emulator/` answers: every control path, in a line each. */
export const controlPaths = {
  'POST /_emulator/inbound':
    'A customer writes: {from, to?, name?, text | image | video | audio | voice | document | sticker | location | contacts | button | buttonReply | listReply | flowReply | reaction | order | message, receivedAt?, referral?}; {messages: [...], together} sends many in one webhook',
  'GET /_emulator/requests': 'What came to Infobip’s paths; ?messageId= ?path= ?since= ?limit=',
  'GET /_emulator/messages':
    'Each message with its media as fetched and its state; ?messageId= ?customer= ?sender= ?state= ?direction= ?since= ?limit=',
  'GET /_emulator/webhooks': 'What went out, with each attempt and answer; ?messageId= ?kind= ?state= ?limit=',
  'POST /_emulator/webhooks': 'Sends a webhook with any body: {body, kind?, url?, account?}',
  'POST /_emulator/webhooks/{id}/deliver': 'The same webhook once more, now',
  'GET /_emulator/faults': 'The faults in force, and the magic numbers',
  'POST /_emulator/faults':
    'Adds one or several: {action, api?, account?, from?, to?, kind?, count?, probability?, ...}; action: latency, throttle, status, hang, drop, refuse, garbage, reject, unknown-scenario, fail, media-refused, stay-pending, expire, price, webhook-duplicate, webhook-reorder, webhook-late, webhook-lose',
  'DELETE /_emulator/faults': 'Removes them all; /{id} removes one',
  'GET /_emulator/clock': 'The emulator’s time and what waits for it',
  'POST /_emulator/clock': 'Moves it: {now}, {advanceMs}, {running}',
  'POST /_emulator/seen': 'The customer has looked at a message: {messageId}',
  'GET /_emulator/customers': 'Everybody who wrote or was written to',
  'PUT /_emulator/customers/{id}':
    'Changes one: {name, readReceipts, online, userId, username, phoneHidden, callPermissions}',
  'POST /_emulator/customers/{id}/changes':
    'Becomes another or is known otherwise: {type: number, phone, userId?} | {type: recycled, name?, userId?} | {type: username, username, hidesPhone?} | {type: spelling, inbound?, report?, echo?}',
  'GET /_emulator/windows': 'The 24-hour windows: open, openedBy, closesAt; ?customer=',
  'POST /_emulator/windows': 'As if time had passed for one customer and one number alone: {from, to?, elapsedMs}',
  'POST /_emulator/calls':
    'A call, with the events of the Calls API: {from, to?, direction?: inbound | outbound, answered?}',
  'POST /_emulator/echoes': 'The business writes by its own phone: {from, to?, text}',
  'POST /_emulator/marketing': 'WhatsApp’s own switch: {from, to?, status: stop | resume, webhook?}',
  'POST /_emulator/blocks': 'The customer blocks the business, or one template: {from, to?, blocked?, template?}',
  'GET /_emulator/blocklist': 'Infobip’s blocklist',
  'POST /_emulator/blocklist':
    'A customer or a campaign changes it, with the webhook: {event?: BLOCK | UNBLOCK, destination, sender?, channel?, sourceType?, campaign?, account?}',
  'GET /_emulator/templates': 'Every template, with its status, category and quality',
  'POST /_emulator/templates': 'One that is approved already: {definition, sender?, status?, quality?}',
  'PATCH /_emulator/templates/{id}':
    'What Meta does with it, with the webhooks: {status?, reason?, category?, quality?, pacing?: held | dropped | released, webhook?}',
  'GET /_emulator/senders': 'Quality, status and limit of each business number',
  'PUT /_emulator/senders/{number}': 'Changes them: {qualityRating?, status?, currentLimit?, serviceMessages?}',
  'GET /_emulator/ledger': 'What was delivered and what it cost: rows, and totals by currency',
  'GET /_emulator/deprecations': 'Paths whose answers say that they will go',
  'POST /_emulator/deprecations': 'Adds one: {path?, deprecatedAt?, sunsetAt?, link?}; DELETE removes them all',
  'POST /_emulator/identity-change': 'A customer changes the device: {from, to}',
  'GET /_emulator/conversations': 'The conversations, latest first, with their last message; ?limit= ?offset= ?search=',
  'GET /_emulator/conversations/{sender}/{customer}': 'A page of a conversation; ?before= ?limit=',
  'GET /_emulator/media/{id}': 'The bytes of a media item',
  'GET /_emulator/events': 'Every change, as server-sent events',
  'GET /_emulator/state': 'Accounts, customers, counts, clock',
  'DELETE /_emulator/state': 'Forgets everything but the settings',
} as const
