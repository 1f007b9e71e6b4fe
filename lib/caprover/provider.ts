import { TerraformProvider, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { checkProps, type Shape, toAttributes } from "./attributes";
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

export const PROVIDER_SHAPE: Shape<Omit<CapRoverProviderProps, "acknowledge" | "alias">> = {
  url: true,
  password: true,
  allowInsecureHttp: true,
  owner: true,
  requestTimeoutSeconds: true,
};

/**
 * A CapRover server. The provider is part of this package: synthesis puts it into the stack's folder, where `terraform
 * init` and `cdktf deploy` find it without a registry.
 *
 * @throws HermesConfigError for an unknown prop, and for a credential in clear text
 */
export class CapRoverProvider extends TerraformProvider {
  /** Address of the CapRover server; undefined when the environment gives it at apply. */
  readonly url: string | undefined;
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
    const { acknowledge, ...own } = props;
    checkProps(this, own, { ...PROVIDER_SHAPE, alias: true });
    reviewCredentials(this, props, own, acknowledge);
    this.url = props.url;
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
    return toAttributes({ ...this.props, owner }, PROVIDER_SHAPE);
  }
}
