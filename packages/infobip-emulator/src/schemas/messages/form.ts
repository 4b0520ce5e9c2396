import { z } from 'zod'
import { dateTime, object, upTo } from '../parts.ts'

const optional = z.string().optional()
const identifier = upTo(20)

const page = {
  title: optional,
  text: z.string(),
  pageIdentifier: identifier,
  nextPageIdentifier: identifier.optional(),
  submitForm: z.boolean().optional(),
}
const item = { identifier: z.string(), title: z.string(), value: z.string() }

const KEYBOARDS =
  'DEFAULT ASCII_CAPABLE NUMBERS_AND_PUNCTUATION URL NUMBER_PAD PHONE_PAD NAME_PHONE_PAD EMAIL_ADDRESS DECIMAL_PAD TWITTER_KEYBOARD WEB_SEARCH'
const CONTENTS =
  'NAME_PREFIX GIVEN_NAME MIDDLE_NAME FAMILY_NAME NAME_SUFFIX NICKNAME JOB_TITLE ORGANIZATION_NAME LOCATION FULL_STREET_ADDRESS STREET_ADDRESS_LINE_1 STREET_ADDRESS_LINE_2 ADDRESS_CITY ADDRESS_STATE ADDRESS_CITY_STATE SUBLOCALITY COUNTRY_NAME POSTAL_CODE PHONE_NUMBER EMAIL_ADDRESS URL CREDIT_CARD_NUMBER USERNAME PASSWORD NEW_PASSWORD ONE_TIME_CODE'

export const formPages = z.array(
  z.discriminatedUnion('type', [
    object({
      type: z.literal('SELECT'),
      ...page,
      items: z.array(object({ ...item, nextPageIdentifier: identifier.optional(), imageUrl: optional })),
      multipleSelection: z.boolean().optional(),
    }),
    object({
      type: z.literal('PICKER'),
      ...page,
      items: z.array(object(item)),
      subtext: optional,
      selectedItemIndex: z.int32().min(0).optional(),
    }),
    object({
      type: z.literal('DATE_PICKER'),
      ...page,
      options: object({
        dateFormat: optional,
        startDate: dateTime.optional(),
        maximumDate: dateTime.optional(),
        minimumDate: dateTime.optional(),
        dateLabel: optional,
      }).optional(),
    }),
    object({
      type: z.literal('INPUT'),
      ...page,
      options: object({
        hintText: optional,
        regex: optional,
        placeholder: optional,
        isRequired: z.boolean().optional(),
        inputType: z.enum(['SINGLELINE', 'MULTILINE']).optional(),
        labelText: optional,
        prefixText: optional,
        maximumCharacterCount: z.int32().min(0).optional(),
        keyboardType: z.enum(KEYBOARDS.split(' ')).optional(),
        textContentType: z.enum(CONTENTS.split(' ')).optional(),
      }).optional(),
    }),
    object({ type: z.literal('INTRO'), title: optional, text: optional, buttonText: optional, imageUrl: optional }),
  ]),
)
