/** What examples/caprover-wrapper needs: images in a private registry, values, and a directory of the node. */
import type { CapRoverSandboxProps } from "cdktf-hermes/testing";
import { hermesImage } from "./hermes-image";

const REPOSITORY = "ghcr.io/acme/hermes-agent";
export const [TAG, NEXT_TAG] = ["sha-6f1d2c9", "sha-7a2e3d0"] as const;
export const DATA = "/captain/data/hermes/data";

const ACCOUNT = { user: "acme-deploy", password: "ghcr-token-of-the-tests" };

export const SECRETS: Readonly<Record<string, string>> = {
  ghcr_token: ACCOUNT.password,
  api_server_key: "caprover-api-key-of-the-tests",
  nginx_password: "nginx-password-of-the-tests",
  dashboard_password_hash: `scrypt$16384$8$1$${"c2FsdA==".padStart(24, "A")}$${"a2V5".padStart(44, "A")}`,
  dashboard_session_secret: "session-secret-of-the-tests",
};

export const SURROUNDINGS: CapRoverSandboxProps = {
  images: {
    [imageOf(TAG)]: { ...hermesImage(TAG), credentials: ACCOUNT },
    [imageOf(NEXT_TAG)]: { ...hermesImage(NEXT_TAG), credentials: ACCOUNT },
  },
  hostDirectories: [DATA],
};

export function imageOf(tag: string): string {
  return `${REPOSITORY}:${tag}`;
}
