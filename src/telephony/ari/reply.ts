/** What Asterisk answers to one request, by whichever way it was asked. */
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
