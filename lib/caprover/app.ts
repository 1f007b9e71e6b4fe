import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { refuse, showValue } from "../support/errors";
import type { CapRoverAppProps } from "./app-props";
import { APP_SCHEMA } from "./app-schema";
import { CapRoverResource, type CapRoverResourceOptions } from "./resource";

/** `caprover_app`: one app with its configuration, image and secrets. */
export class CapRoverApp extends CapRoverResource {
  constructor(scope: Construct, id: string, props: CapRoverAppProps & CapRoverResourceOptions) {
    super(scope, id, "caprover_app", APP_SCHEMA, props);
    this.hasAddress = props.webApp !== false;
    this.appName = props.name;
  }

  /** @internal */
  readonly appName: string;
  /** @internal */
  readonly hasAddress: boolean;

  /**
   * The app's own address with http, such as `http://hermes.apps.example.com`; null when it has none. The certificate's
   * resource has the address with https.
   */
  get url(): string {
    return this.getStringAttribute("url");
  }

  /** The app's name for other apps of the CapRover server. */
  get internalHost(): string {
    return this.getStringAttribute("internal_host");
  }

  /** The version number that CapRover gave the last deploy. */
  get deployedVersion(): number {
    return this.getNumberAttribute("deployed_version");
  }
}

/**
 * Refuses a domain, certificate or redirect of an app that has no address. The app may be declared later, so this is
 * looked at when the program is synthesized.
 */
export function requireAddressOf(scope: CapRoverResource, name: string): void {
  scope.node.addValidation({
    validate: () => {
      const app = TerraformStack.of(scope)
        .node.findAll()
        .find((found) => found instanceof CapRoverApp && found.appName === name);
      if (!(app instanceof CapRoverApp) || app.hasAddress) return [];
      const problem = `${app.node.path} has no address: it has \`webApp: false\``;
      return refuse(scope, [
        { prop: "app", value: showValue(name), problem, fix: "give the app an address, or remove this" },
      ]);
    },
  });
}
