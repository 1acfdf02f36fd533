/** What a test or a person asked of the control interface makes no sense; the message says why. */
export class ControlMistake extends Error {
  override readonly name = 'ControlMistake';
}
