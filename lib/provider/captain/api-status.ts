/** The `status` in the body of CapRover's answers, which plays the part of an HTTP status. */
export const API_STATUS = {
  ok: 100,
  deployStarted: 101,
  partlyDone: 102,
  generic: 1000,
  notReady: 1001,
  alreadyExists: 1103,
  badName: 1104,
  wrongPassword: 1105,
  tokenInvalid: 1106,
  illegalOperation: 1108,
  buildError: 1109,
  illegalParameter: 1110,
  authenticationFailed: 1112,
  passwordBackOff: 1113,
  otpRequired: 1114,
  nginxRefused: 1116,
} as const;

/** Whether the call was done, wholly or in part. */
export const isDone = (status: number): boolean => status >= 100 && status < 200;
