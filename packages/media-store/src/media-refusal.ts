/** Why a media item was not taken. `detail` is a sentence for the sender, without any secret or content. */
export interface MediaRefusal {
  readonly reason:
    | 'empty'
    /** Over the limit of its kind. */
    | 'too-large'
    /** The content type differs from the declared one. */
    | 'type-mismatch'
    /** WhatsApp does not accept this content type for this kind of media. */
    | 'unsupported-type'
    | 'bad-sticker'
    /** The media budget is used up; media that are there stay. */
    | 'over-budget'
  readonly detail: string
}
