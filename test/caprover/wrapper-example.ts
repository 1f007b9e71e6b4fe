/** What examples/caprover-wrapper needs: images in a private registry, values, and a directory of the node. */
import type { CapRoverSandboxProps, HermesState } from "cdktf-hermes/testing";
import { hashPassword } from "../../lib/hermes/password";
import { hermesImage } from "./hermes-image";

const REPOSITORY = "ghcr.io/acme/hermes-agent";
export const [TAG, NEXT_TAG] = ["sha-6f1d2c9", "sha-7a2e3d0"] as const;
export const DATA = "/captain/data/hermes/data";

/** The release that the example names. */
const RELEASE = "v2026.7.30";

/** A model that somebody has set up in the agent: the example pins none. */
export const STATE: HermesState = { model: { provider: "zai", name: "glm-5" } };

/** Of the dashboard's user. The program only has its hash. */
export const DASHBOARD_PASSWORD = "dashboard-password-of-the-tests";

const ACCOUNT = { user: "acme-deploy", password: "ghcr-token-of-the-tests" };

export const SECRETS: Readonly<Record<string, string>> = {
  ghcr_token: ACCOUNT.password,
  api_server_key: "caprover-api-key-of-the-tests",
  nginx_password: "nginx-password-of-the-tests",
  dashboard_password_hash: hashPassword(DASHBOARD_PASSWORD),
  dashboard_session_secret: "session-secret-of-the-tests",
};

export const SURROUNDINGS = surroundingsOf(STATE);

/** @param state of the agents, which may change while they run */
export function surroundingsOf(state: HermesState): CapRoverSandboxProps {
  const image = (tag: string) => ({ ...hermesImage(tag, RELEASE, state), credentials: ACCOUNT });
  return {
    images: { [imageOf(TAG)]: image(TAG), [imageOf(NEXT_TAG)]: image(NEXT_TAG) },
    hostDirectories: [DATA],
  };
}

export function imageOf(tag: string): string {
  return `${REPOSITORY}:${tag}`;
}
