import { LISTENER_NAMES, PLATFORMS, type Platform } from "../../hermes/platforms";
import { serviceNames, serviceProp } from "../../hermes/services";
import { rulesFor, when } from "../../rules/rule";
import type { AgentSubject } from "../../rules/subject";
import { showValue } from "../../support/errors";
import { isUnresolved } from "../../support/tokens";
import type { CapRoverAddress, CapRoverTargetProps } from "./props";

/** The addresses of an agent on CapRover: its app's own, and those of additional apps. */
export interface AddressSubject {
  readonly services: AgentSubject["services"];
  readonly apps: CapRoverTargetProps["apps"];
  /** What the app's address leads to, with the default filled in. */
  readonly address: CapRoverAddress | undefined;
  /** Host names that another app already has, with the prop that names them. */
  readonly takenDomains: readonly {
    readonly prop: string;
    readonly domain: string;
    readonly holder: string;
  }[];
}

export const CAPROVER_ADDRESS_RULES = rulesFor<AddressSubject>()({
  "caprover-basic-auth-literal": {
    severity: "error",
    refuses: "the password of nginx basic auth written into the program",
    because: "it would be readable in `cdk.tf.json` and in the repository",
    seen: "CDKTF writes props into cdk.tf.json",
    check: ({ address }) =>
      when(address?.basicAuth !== undefined && !isUnresolved(address.basicAuth.password), () => ({
        prop: "target.address.basicAuth.password",
        value: "(a literal string)",
        allowed: "a sensitive Terraform value",
        fix: 'new TerraformVariable(this, "…", { type: "string", sensitive: true }).stringValue, set by TF_VAR_…',
      })),
  },
  "caprover-address-without-service": {
    severity: "error",
    refuses: "an address on CapRover that leads to a service that the agent does not have",
    because: "nothing answers there",
    seen: "nothing listens on the port",
    final: true,
    check: ({ services, address }) =>
      when(address !== undefined && services[address.to] === undefined, () => ({
        prop: "target.address.to",
        value: showValue(address?.to),
        fix: `give \`${address && serviceProp(address.to)}\`, or leave \`address\` out`,
      })),
  },
  "caprover-app-without-service": {
    severity: "error",
    refuses:
      "an additional app for a service that the agent does not have, or that the agent's own address leads to",
    because: "the additional app would be useless",
    seen: "nothing listens on the port",
    final: true,
    check: ({ services, apps, address }) =>
      serviceNames(apps ?? {}).flatMap((service) =>
        when(
          apps?.[service] !== undefined && (services[service] === undefined || address?.to === service),
          () => ({
            prop: `target.apps.${service}`,
            value: showValue(apps?.[service]?.name),
            problem:
              services[service] === undefined
                ? "there is no such service"
                : "the agent's address leads to it",
            fix:
              services[service] === undefined
                ? `give \`${serviceProp(service)}\`, or remove it`
                : "remove it, or give another `address`",
          }),
        ),
      ),
  },
  "caprover-platform-unrouted": {
    severity: "error",
    refuses:
      "on CapRover, a chat platform that is called from outside, with no address or app that leads to it",
    because: "an app has one address, so the platform's calls would reach nothing",
    seen: "CapRover's source c352c978, read: an app has one HTTP port",
    check: ({ services, apps, address }) =>
      LISTENER_NAMES.flatMap((name) => {
        const routed = address?.to === name || apps?.[name] !== undefined;
        return when(services[name] !== undefined && !isSelfNamed(name) && !routed, () => ({
          prop: `target.apps.${name}`,
          problem: "it is missing",
          fix: `write apps: { ${name}: { name: "…" } }, or address: { to: "${name}" }`,
        }));
      }),
  },
  "caprover-unsupported-own-name": {
    severity: "error",
    refuses: "on CapRover, a platform that makes itself known as `http://<name>:<port>`: BlueBubbles",
    because: "CapRover leads to ports 80 and 443 only, and the platform's server would call another one",
    seen: "0.19.0: gateway/platforms/bluebubbles.py registers its own port",
    final: true,
    check: ({ services }) =>
      LISTENER_NAMES.flatMap((name) =>
        when(services[name] !== undefined && isSelfNamed(name), () => ({
          prop: `messaging.${name}`,
          fix: "run this agent on a Docker engine; for iMessage without a Mac there is `messaging.photon`",
        })),
      ),
  },
  "caprover-duplicate-domain": {
    severity: "error",
    refuses: "the same host name for two apps of a CapRover server, or twice for one app",
    because:
      "CapRover gives it to one app only; the apply fails when CapRover rejects it, after the agent was changed",
    seen: "CapRover's source c352c978, read",
    final: true,
    check: ({ takenDomains }) =>
      takenDomains.map(({ prop, domain, holder }) => ({
        prop,
        value: showValue(domain),
        problem: `${holder} has it already`,
        fix: "give each app a host name of its own",
      })),
  },
});

function isSelfNamed(name: (typeof LISTENER_NAMES)[number]): boolean {
  const { listens }: Platform = PLATFORMS[name];
  return listens?.ownName !== undefined;
}
