/** Makes the matchers known to `expect`, both jest's global one and the one of `@jest/globals`. */

interface HermesMatchers<R> {
  /** Every Hermes agent of the stack mounts `/opt/data` from a named volume or a host path. */
  toMountHermesData(): R;
  /** Every Hermes agent of the stack has `HOME=/opt/data/home`. */
  toSetHermesHome(): R;
  /** Every Hermes agent of the stack runs `gateway run` under the image's own entrypoint. */
  toRunGatewayMode(): R;
  /** No credential of the stack is in clear text. */
  toHaveNoLiteralSecret(): R;
  /** The plan (`terraform show -json`) destroys nothing. A replacement does not count as a destruction. */
  toDestroyNothing(): R;
  /** The plan (`terraform show -json`) replaces nothing. */
  toReplaceNothing(): R;
  /**
   * The plan (`terraform show -json`) leaves every Hermes agent its data: no agent moves to another volume, host path,
   * engine or server, or goes back to an older release on it, and no data is destroyed.
   */
  toKeepHermesData(): R;
}

declare global {
  namespace jest {
    interface Matchers<R, T = {}> extends HermesMatchers<R> {}
  }
}

declare module "expect" {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends HermesMatchers<R> {}
}

export type { HermesMatchers };
