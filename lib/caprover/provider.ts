import { TerraformProvider, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { SHORTEST_TIMEOUT_SECONDS } from "../caprover-server/limits";
import { parseCaptainUrl } from "../caprover-server/url";
import { TERRAFORM_NAME } from "../support/construct-id";
import { isUnresolved } from "../support/tokens";
import {
  anyText,
  confidential,
  flag,
  lazily,
  literalText,
  optional,
  propsSchema,
  validateProps,
  wholeNumber,
} from "../support/validation";
import { attribute, toAttributes } from "./attributes";
import { type CapRoverAcknowledge, reviewCredentials } from "./credential-places";
import { installAtSynthesis } from "./installation";
import { PROVIDER_SOURCE, packageVersion } from "./package";

/** A CapRover server, and how to log in there. */
export interface CapRoverProviderProps extends CapRoverAcknowledge {
  /**
   * Address of the CapRover server, such as `https://captain.apps.example.com`.
   * @default - the environment variable `CAPROVER_URL` at plan and apply
   */
  readonly url?: string;
  /**
   * Password of CapRover's dashboard, as a sensitive Terraform value.
   * @default - the environment variable `CAPROVER_PASSWORD` at plan and apply, which is in no plan and no state
   */
  readonly password?: string;
  /** Allows `http://` to another machine, which sends the password in clear text. @default false */
  readonly allowInsecureHttp?: boolean;
  /**
   * A name for this configuration. The apps that it creates carry a digest of it, by which a creation that was cut off
   * after the app had started is known as its own and resumed, within an hour. Nobody else's app is taken over.
   * @default - the workspace and the stack: `${terraform.workspace}/<path of the stack>`
   */
  readonly owner?: string;
  /** How long one request may take, at least 15. @default 60 */
  readonly requestTimeoutSeconds?: number;
  /**
   * Name for a second provider in the stack, for another CapRover server.
   * @default - the stack's default provider
   */
  readonly alias?: string;
}

export const PROVIDER_SCHEMA = lazily(() =>
  propsSchema<Omit<CapRoverProviderProps, "acknowledge" | "alias">>({
    url: attribute(anyText(URL_IN_WORDS)),
    password: optional(confidential(attribute(anyText("a sensitive Terraform value")))),
    allowInsecureHttp: attribute(flag()),
    owner: attribute(anyText("a name")),
    requestTimeoutSeconds: attribute(
      wholeNumber(SHORTEST_TIMEOUT_SECONDS, Number.MAX_SAFE_INTEGER, "seconds"),
    ),
  }).superRefine(({ url, allowInsecureHttp }, context) => {
    if (
      typeof url !== "string" ||
      isUnresolved(url) ||
      isServer(url, allowInsecureHttp !== false && allowInsecureHttp !== undefined)
    )
      return;
    context.addIssue({ code: "custom", path: ["url"], message: URL_IN_WORDS });
  }),
);

const ALIAS = lazily(() =>
  propsSchema<Pick<CapRoverProviderProps, "alias">>({
    alias: optional(literalText(TERRAFORM_NAME, "letters, digits, `_` and `-`, with a letter first")),
  }),
);

const URL_IN_WORDS =
  "the address that CapRover's dashboard has, with https:// and without path, such as https://captain.apps.example.com; http:// to another machine only with `allowInsecureHttp`";

function isServer(url: string, allowInsecureHttp: boolean): boolean {
  try {
    return parseCaptainUrl(url, allowInsecureHttp).href !== "";
  } catch {
    return false;
  }
}

/**
 * A CapRover server. The provider is part of this package: synthesis puts it into the stack's folder, where `terraform
 * init` and `cdktf deploy` find it without a registry.
 *
 * @throws HermesConfigError for an unknown prop, and for a credential in clear text
 */
export class CapRoverProvider extends TerraformProvider {
  /** Address of the CapRover server; undefined when the environment gives it at apply. */
  readonly url: string | undefined;
  /** The password may go to another machine in clear text. */
  readonly allowInsecureHttp: boolean;
  private ownAlias: string | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CapRoverProviderProps = {},
  ) {
    super(scope, id, {
      terraformResourceType: "caprover",
      terraformProviderSource: PROVIDER_SOURCE,
      terraformGeneratorMetadata: { providerName: "caprover", providerVersion: packageVersion() },
    });
    validateProps(this, PROVIDER_SCHEMA, props, ["acknowledge", "alias"]);
    const { acknowledge, ...own } = props;
    validateProps(this, ALIAS, { alias: props.alias });
    reviewCredentials(this, props, own, acknowledge);
    this.url = props.url;
    this.allowInsecureHttp = props.allowInsecureHttp === true;
    this.ownAlias = props.alias;
    installAtSynthesis(this);
  }

  /** Name of a second provider in the stack; undefined for the stack's default one. */
  override get alias(): string | undefined {
    return this.ownAlias;
  }

  override set alias(alias: string | undefined) {
    this.ownAlias = alias;
  }

  protected override synthesizeAttributes() {
    const owner = this.props.owner ?? `\${terraform.workspace}/${TerraformStack.of(this).node.path}`;
    return toAttributes({ ...this.props, owner }, PROVIDER_SCHEMA());
  }
}
