/** An invalid request to the control interface. The message says why. */
export class ControlMistake extends Error {
  override readonly name = 'ControlMistake';
}
