import { showValue } from "../support/errors";
import { rulesFor, when } from "./rule";
import type { CredentialRuleId } from "./secret";
import type { SERVER_RULES } from "./server";

/** A model's server in a container. */
export interface LocalModelSubject {
  readonly image: string;
}

export const LOCAL_MODEL_RULES = rulesFor<LocalModelSubject>()({
  "local-model-image-unpinned": {
    severity: "error",
    refuses: "the image of a model's server without a digest",
    because:
      "a tag of it may be pushed again, and the same program then runs another server, with other memory and other answers",
    seen: "Docker Hub: a tag is a name, which its owner can move",
    check: ({ image }) =>
      when(!image.includes("@sha256:"), () => ({
        prop: "image",
        value: showValue(image),
        allowed: "a digest (image@sha256:…)",
        fix: "add the digest that `docker buildx imagetools inspect` shows for the tag",
      })),
  },
});

/** The id of a rule about a local model. */
export type LocalModelRuleId = keyof typeof LOCAL_MODEL_RULES | keyof typeof SERVER_RULES | CredentialRuleId;
