/** Asterisk's answer to one request, over HTTP or the socket. */
export interface Reply {
  status: number
  text: string
}

/** No answer came in time. */
export class TimeLimit extends Error {
  constructor() {
    super('no answer')
  }
}
