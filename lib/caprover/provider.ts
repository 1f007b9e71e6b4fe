import { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { HermesConfigError } from "../support/errors";
import { isUnresolved } from "../support/tokens";
import { checkProps, type Shape, toAttributes } from "./attributes";
import { installAtSynthesis } from "./installation";
import { PROVIDER_SOURCE, packageVersion } from "./package";

/** A CapRover server, and how to log in there. */
export interface CapRoverProviderProps {
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
  /** How long one request may take, at least 15. @default 60 */
  readonly requestTimeoutSeconds?: number;
  /**
   * Name for a second provider in the stack, for another CapRover server.
   * @default - the stack's default provider
   */
  readonly alias?: string;
}

export const PROVIDER_SHAPE: Shape<Omit<CapRoverProviderProps, "alias">> = {
  url: true,
  password: true,
  allowInsecureHttp: true,
  requestTimeoutSeconds: true,
};

/**
 * A CapRover server. The provider is part of this package: synthesis puts it into the stack's folder, where `terraform
 * init` and `cdktf deploy` find it without a registry.
 *
 * @throws HermesConfigError for a literal password and for an unknown prop
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
    checkProps(this, props, { ...PROVIDER_SHAPE, alias: true });
    if (props.password !== undefined && !isUnresolved(props.password)) {
      throw new HermesConfigError(this, [
        {
          prop: "password",
          problem: "a literal would be in `cdk.tf.json`, in the repository and in every plan",
          fix: "leave it out and set CAPROVER_PASSWORD, or give a sensitive TerraformVariable's stringValue",
        },
      ]);
    }
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
    return toAttributes(this.props, PROVIDER_SHAPE);
  }
}
