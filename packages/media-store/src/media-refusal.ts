/** Why a medium was not taken. `detail` is a sentence for the sender, without any secret or content. */
export interface MediaRefusal {
  readonly reason:
    | 'empty'
    /** Over the limit of its kind. */
    | 'too-large'
    /** The bytes are of another type than was declared. */
    | 'type-mismatch'
    /** WhatsApp does not take this type as this kind. */
    | 'unsupported-type'
    | 'bad-sticker'
    /** The media budget is used up; media that are there stay. */
    | 'over-budget'
  readonly detail: string
}
