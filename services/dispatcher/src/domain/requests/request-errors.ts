interface RequestError {
  /** What is wrong, one sentence. */
  meaning: string
  /** What to change in the command or in the configuration. */
  remedy: string
}

/** Why a well-formed command cannot be sent, found before any request. `docs/errors.md` is generated from it. */
export const requestErrors = {
  malformed_text: {
    meaning: 'A text contains an unpaired surrogate, which cannot be encoded as UTF-8',
    remedy: 'Cut texts between characters, not inside an emoji',
  },
  cannot_schedule: {
    meaning: 'The API for this kind of message does not support `sendAt`',
    remedy: 'Send it at that time yourself, or remove what the reason names',
  },
  send_at_too_far: {
    meaning: '`sendAt` is 180 days ahead or more',
    remedy: 'Schedule less than 180 days ahead',
  },
  expires_before_send: {
    meaning: '`expiresAt` is not after `sendAt`',
    remedy: 'Set `expiresAt` after `sendAt`',
  },
  invalid_media_url: {
    meaning: 'A media URL is not one that Infobip can fetch',
    remedy: 'Give an absolute http or https URL without credentials, of at most 2048 characters',
  },
  inline_media_too_large: {
    meaning: 'Inline media is limited to 512 KiB',
    remedy: 'Upload it to the media-server and name its id, or give a URL',
  },
  invalid_url: {
    meaning: 'A link is not an absolute http or https URL',
    remedy: 'Give an absolute http or https URL',
  },
  no_url_to_preview: {
    meaning: '`previewUrl` is set and the text holds no URL',
    remedy: 'Put a URL with http:// or https:// into the text, or leave out `previewUrl`',
  },
  duplicate_id: {
    meaning: 'Two buttons or rows have the same id',
    remedy: 'Use unique ids',
  },
  duplicate_title: {
    meaning: 'Two buttons have the same title',
    remedy: 'Use unique titles',
  },
  emoji_not_allowed: {
    meaning: 'A button or list title contains an emoji, which Infobip refuses',
    remedy: 'Remove the emoji, or move it to the body',
  },
  blank_at_edge: {
    meaning: 'A button id has leading or trailing whitespace, which Infobip refuses',
    remedy: 'Trim the id',
  },
  too_many_rows: {
    meaning: 'A list has more than 10 rows in all its sections',
    remedy: 'Show at most 10 rows, or ask in two steps',
  },
  missing_section_title: {
    meaning: 'One of several sections has no title',
    remedy: 'Give every section a title',
  },
  invalid_placeholder: {
    meaning: 'WhatsApp does not accept a value of the template',
    remedy: 'Use non-empty values without line breaks or tabs, and with at most four spaces in a row',
  },
  flow_needs_screen: {
    meaning: 'A flow has `data` without a `screen`, or empty `data`',
    remedy: 'Name the first screen, and give data that is not empty or none',
  },
  flow_screen_not_allowed: {
    meaning: 'A flow with action DATA_EXCHANGE names its first screen',
    remedy: 'Leave out `screen` and `data`: the flow’s endpoint chooses them',
  },
  cannot_quote: {
    meaning: 'Infobip’s endpoint for this kind of message does not support `replyTo`',
    remedy: 'Leave out `replyTo`, or quote with a text before it',
  },
  unknown_contact_type: {
    meaning: 'An address, phone, e-mail or link of a contact has a type that WhatsApp does not know',
    remedy: 'Use HOME or WORK, for phones CELL, MAIN or IPHONE as well, or leave out the type',
  },
  number_too_large: {
    meaning: 'An amount or a quantity is beyond 2147483647',
    remedy: 'Split the order, or send a link to it',
  },
  invalid_offer_expiry: {
    meaning: 'The end of a limited-time offer is not a date',
    remedy: 'Write it as RFC 3339, as in 2026-02-28T00:00:00Z',
  },
  native_path_unknown: {
    meaning: 'The `path` of a native message is not a message endpoint of Infobip',
    remedy: 'Give what follows /whatsapp/1/message/, such as `interactive/flow`; the other APIs have no `path`',
  },
  native_conflict: {
    meaning: 'The body of a native message sets, differently, what the dispatcher sets',
    remedy: 'Leave sender, recipient, scenario and message id to the command',
  },
  native_several: {
    meaning: 'The body of a native message is for several messages or recipients',
    remedy: 'Write one command for each message',
  },
  missing_scenario: {
    meaning: 'The sender has no `scenarioKey`, and Infobip would take the account’s default scenario',
    remedy: 'Configure the sender’s `scenarioKey`, or use another `api`',
  },
} as const satisfies Record<string, RequestError>

export type RequestErrorCode = keyof typeof requestErrors
