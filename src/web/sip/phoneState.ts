/** States of a telephone in the page. Separate from the telephone itself, which only a browser can load. */

export type PhoneLine = 'starting' | 'registered' | 'lost' | 'stopped'
/** `ringing`: the other end rings. */
export type PhoneCall = 'none' | 'incoming' | 'connecting' | 'ringing' | 'talking'
